interface Place {
  name: string;
  address: string;
  city: string;
  country: string;
  latitude?: number | null;
  longitude?: number | null;
}

/** The address of a map with the place marked: by its coordinates, else by a search for its address. */
export function mapLink(place: Place): string {
  const { latitude, longitude } = place;
  if (typeof latitude === "number" && typeof longitude === "number") {
    return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  }
  const words = [place.name, place.address, place.city, place.country].filter(Boolean).join(", ");
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(words)}`;
}

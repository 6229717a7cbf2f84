import type { Tone } from "@/components/ui/badge";
import type { BookingStatus } from "@/gql/graphql";
import type { Phrase } from "@/lib/i18n/i18n";

/** How each status of a booking looks and reads. */
export const bookingStates: Record<BookingStatus, { tone: Tone; name: Phrase }> = {
  HELD: { tone: "warn", name: "tickets.held" },
  CONFIRMED: { tone: "ok", name: "tickets.confirmed" },
  EXPIRED: { tone: "neutral", name: "tickets.expired" },
  CANCELLED: { tone: "bad", name: "tickets.cancelled" },
};

interface Dated {
  status: BookingStatus;
  event: { startsAt: string; endsAt: string };
}

/** Bookings still to come, soonest first, and those that are over or ended, latest first. */
export function splitBookings<B extends Dated>(
  bookings: readonly B[],
  now: number,
): { upcoming: B[]; past: B[] } {
  const alive = (booking: B) =>
    (booking.status === "CONFIRMED" || booking.status === "HELD") && Date.parse(booking.event.endsAt) > now;
  const start = (booking: B) => Date.parse(booking.event.startsAt);
  return {
    upcoming: bookings.filter(alive).sort((a, b) => start(a) - start(b)),
    past: bookings.filter((booking) => !alive(booking)).sort((a, b) => start(b) - start(a)),
  };
}

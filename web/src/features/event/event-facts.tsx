import { CalendarDays, ExternalLink, type LucideIcon, MapPin, UserRound, Wifi } from "lucide-react";
import type { ReactNode } from "react";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { mapLink } from "./map-link";

export const eventFactsFragment = graphql(`
  fragment EventFacts on Event {
    id
    startsAt
    endsAt
    timeZone
    format
    venue {
      id
      name
      address
      city
      country
      latitude
      longitude
    }
    organizer {
      id
      name
    }
  }
`);

function Fact({ icon: Icon, name, children }: { icon: LucideIcon; name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-4">
      <dt className="grid size-11 place-items-center rounded-control bg-sunken text-brand">
        <Icon aria-hidden className="size-5" />
        <span className="sr-only">{name}</span>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** When, where and by whom. */
export function EventFacts({ event }: { event: FragmentType<typeof eventFactsFragment> }) {
  const { say, format } = useI18n();
  const {
    startsAt,
    endsAt,
    timeZone,
    format: kind,
    venue,
    organizer,
  } = readFragment(eventFactsFragment, event);
  const sameDay = format.longDay(startsAt, timeZone) === format.longDay(endsAt, timeZone);
  // A night that ends before six in the morning is still that night.
  const oneNight = Date.parse(endsAt) - Date.parse(startsAt) < 12 * 3_600_000;
  return (
    <dl className="grid grid-cols-1 gap-5 sm:grid-cols-2">
      <Fact icon={CalendarDays} name={say("event.date")}>
        <p className="font-semibold">{format.longDay(startsAt, timeZone)}</p>
        <p className="text-sm text-muted">
          {format.time(startsAt, timeZone)} – {!sameDay && !oneNight && `${format.day(endsAt, timeZone)}, `}
          {format.time(endsAt, timeZone)} {format.zoneName(startsAt, timeZone)}
        </p>
      </Fact>
      {venue && (
        <Fact icon={MapPin} name={say("event.place")}>
          <p className="font-semibold">{venue.name}</p>
          <p className="text-sm text-muted">
            {venue.address}, {venue.city}
          </p>
          <a
            href={mapLink(venue)}
            target="_blank"
            rel="noreferrer"
            className="mt-0.5 inline-flex items-center gap-1 text-sm font-semibold text-brand hover:underline"
          >
            {say("event.showOnMap")}
            <ExternalLink aria-hidden className="size-3.5" />
          </a>
        </Fact>
      )}
      {kind !== "IN_PERSON" && (
        <Fact icon={Wifi} name={say("event.format")}>
          <p className="font-semibold">{say(kind === "ONLINE" ? "event.online" : "event.hybrid")}</p>
          <p className="text-sm text-muted">{say("event.onlineHint")}</p>
        </Fact>
      )}
      <Fact icon={UserRound} name={say("event.organiser")}>
        <p className="font-semibold">{organizer.name}</p>
        <p className="text-sm text-muted">{say("event.organiser")}</p>
      </Fact>
    </dl>
  );
}

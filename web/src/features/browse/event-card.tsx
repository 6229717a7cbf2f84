import { MapPin } from "lucide-react";
import { Link } from "react-router";
import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { When } from "@/components/when";
import { type FragmentType, graphql, readFragment } from "@/gql";
import type { EventCardFragment } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";
import { seatsHint } from "./seats-hint";

export const eventCardFragment = graphql(`
  fragment EventCard on Event {
    id
    slug
    title
    summary
    startsAt
    timeZone
    format
    coverUrl
    category {
      id
      slug
      name
    }
    venue {
      id
      name
      city
    }
    ticketTypes {
      id
      price {
        amount
        currency
      }
    }
    availability {
      event {
        id
      }
      capacity
      available
      revision
    }
    series {
      id
      upcomingCount
    }
  }
`);

function SeatsBadge({ availability }: { availability: EventCardFragment["availability"] }) {
  const { say } = useI18n();
  const hint = availability && seatsHint(availability.available, availability.capacity);
  switch (hint) {
    case "sold-out":
      return <Badge tone="bad">{say("browse.soldOut")}</Badge>;
    case "last":
      return <Badge tone="warn">{say("browse.seatsLeft", { count: availability?.available ?? 0 })}</Badge>;
    case "fast":
      return <Badge tone="warn">{say("browse.sellingFast")}</Badge>;
    default:
      return null;
  }
}

/** One event in the list. */
export function EventCard({
  event,
  eager,
}: {
  event: FragmentType<typeof eventCardFragment>;
  eager: boolean;
}) {
  const { say, format } = useI18n();
  const {
    id,
    slug,
    title,
    startsAt,
    timeZone,
    coverUrl,
    category,
    venue,
    ticketTypes,
    availability,
    series,
  } = readFragment(eventCardFragment, event);
  const cheapest = ticketTypes.reduce<(typeof ticketTypes)[number] | null>(
    (least, type) => (least === null || type.price.amount < least.price.amount ? type : least),
    null,
  );
  const leaf = format.leaf(startsAt, timeZone);
  return (
    <article className="group relative flex h-full flex-col overflow-hidden rounded-card border bg-surface shadow-card transition-[translate,box-shadow] duration-200 focus-within:ring-2 focus-within:ring-brand hover:-translate-y-0.5 hover:shadow-lift">
      <div className="relative">
        <Cover
          id={id}
          category={category.slug}
          url={coverUrl}
          eager={eager}
          className="aspect-[16/9] [&>*]:transition-transform [&>*]:duration-500 group-hover:[&>*]:scale-[1.03]"
        />
        <div
          aria-hidden="true"
          className="absolute top-3 left-3 grid w-12 place-items-center rounded-lg bg-white py-1 text-[#1b1520] shadow-card"
        >
          <span className="text-[0.6875rem] leading-none font-bold text-[#ad1040] uppercase">
            {leaf.month}
          </span>
          <span className="font-display text-xl leading-6 font-extrabold">{leaf.day}</span>
        </div>
      </div>
      <div className="flex grow flex-col p-4">
        <p className="text-caption font-semibold text-brand">{category.name}</p>
        <h2 className="mt-1 line-clamp-2 font-display text-lg leading-snug font-bold">
          <Link to={`/events/${slug}`} className="outline-none after:absolute after:inset-0">
            {title}
          </Link>
        </h2>
        <p className="mt-2 text-sm text-muted">
          <When startsAt={startsAt} timeZone={timeZone} />
          {series && series.upcomingCount > 1 && (
            <span className="font-semibold text-ink">
              {" "}
              {say("series.more", { count: series.upcomingCount - 1 })}
            </span>
          )}
        </p>
        <p className="mt-1 flex items-center gap-1.5 text-sm text-muted">
          <MapPin aria-hidden className="size-4 shrink-0" />
          <span className="truncate">{venue ? `${venue.name}, ${venue.city}` : say("browse.online")}</span>
        </p>
        <div className="mt-auto flex min-h-11 items-end justify-between gap-3 pt-4">
          {cheapest ? (
            <p className="font-semibold">
              {cheapest.price.amount === 0 ? (
                say("browse.free")
              ) : (
                <>
                  {ticketTypes.length > 1 && (
                    <span className="font-normal text-muted">{say("browse.from")} </span>
                  )}
                  {format.money(cheapest.price, true)}
                </>
              )}
            </p>
          ) : (
            <span />
          )}
          <SeatsBadge availability={availability} />
        </div>
      </div>
    </article>
  );
}

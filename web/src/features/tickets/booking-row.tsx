import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { When } from "@/components/when";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { bookingStates } from "./booking-state";

export const bookingRowFragment = graphql(`
  fragment BookingRow on Booking {
    id
    status
    quantity
    reference
    event {
      id
      title
      startsAt
      timeZone
      coverUrl
      category {
        id
        slug
      }
      venue {
        id
        name
        city
      }
    }
  }
`);

/** One booking in the list; a hold leads back to its checkout. */
export function BookingRow({ booking }: { booking: FragmentType<typeof bookingRowFragment> }) {
  const { say } = useI18n();
  const { id, status, quantity, event } = readFragment(bookingRowFragment, booking);
  const state = bookingStates[status];
  return (
    <article className="group relative flex overflow-hidden rounded-card border bg-surface shadow-card transition-shadow focus-within:ring-2 focus-within:ring-brand hover:shadow-lift">
      <Cover
        id={event.id}
        category={event.category.slug}
        url={event.coverUrl}
        className="w-24 shrink-0 sm:w-44"
      />
      <div className="flex min-w-0 grow items-center gap-4 p-4 sm:p-5">
        <div className="min-w-0 grow">
          <div className="mb-1 flex flex-wrap gap-2">
            <Badge tone={state.tone}>{say(state.name)}</Badge>
          </div>
          <h2 className="line-clamp-2 font-display text-lg leading-snug font-bold">
            <Link
              to={status === "HELD" ? `/checkout/${id}` : `/tickets/${id}`}
              className="outline-none after:absolute after:inset-0"
            >
              {event.title}
            </Link>
          </h2>
          <p className="mt-1 text-sm text-muted">
            <When startsAt={event.startsAt} timeZone={event.timeZone} />
          </p>
          <p className="truncate text-sm text-muted">
            {event.venue ? `${event.venue.name}, ${event.venue.city}` : say("browse.online")}
          </p>
          <p className="text-sm text-muted">{say("tickets.count", { count: quantity })}</p>
        </div>
        <ChevronRight
          aria-hidden
          className="size-5 shrink-0 text-muted transition-transform group-hover:translate-x-0.5"
        />
      </div>
    </article>
  );
}

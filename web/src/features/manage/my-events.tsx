import { CalendarPlus } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Cover } from "@/components/cover/cover";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Skeleton } from "@/components/ui/skeleton";
import { When } from "@/components/when";
import { graphql } from "@/gql";
import type { EventStatus } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";
import { eventStates } from "./event-state";

const myEventsQuery = graphql(`
  query MyEvents($status: EventStatus, $first: Int!, $after: String) {
    myEvents(status: $status, first: $first, after: $after) {
      nodes {
        id
        title
        status
        startsAt
        timeZone
        coverUrl
        category {
          id
          slug
        }
        venue {
          id
          city
        }
        availability {
          event {
            id
          }
          capacity
          sold
          revision
        }
        sales {
          event {
            id
          }
          revision
          netRevenue {
            amount
            currency
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The organiser's events with what each has sold. */
export function MyEvents() {
  const { say, format } = useI18n();
  const [status, setStatus] = useState<EventStatus | "">("");
  const list = usePages(myEventsQuery, { status: status || null }, 20, (data) => data.myEvents);
  const events = list.nodes;
  return (
    <section className="mt-10">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-display text-title font-bold">{say("manage.myEvents")}</h2>
        <select
          aria-label={say("manage.statusFilter")}
          className="h-9 rounded-full border border-line-strong bg-surface px-3 text-sm font-medium"
          value={status}
          onChange={(event) => setStatus(event.target.value as EventStatus | "")}
        >
          <option value="">{say("manage.allStatuses")}</option>
          {(Object.keys(eventStates) as EventStatus[]).map((each) => (
            <option key={each} value={each}>
              {say(eventStates[each].name)}
            </option>
          ))}
        </select>
      </div>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && (
        <div role="status" aria-label={say("common.loading")} className="grid grid-cols-1 gap-3">
          {["a", "b", "c"].map((key) => (
            <Skeleton key={key} className="h-24 rounded-card" />
          ))}
        </div>
      )}
      {list.ready && events.length === 0 && (
        <Empty
          icon={CalendarPlus}
          title={say("manage.noEvents")}
          action={
            <ButtonLink look="primary" to="/manage/events/new">
              {say("manage.newEvent")}
            </ButtonLink>
          }
        >
          {say("manage.noEventsHint")}
        </Empty>
      )}
      <ul className="grid grid-cols-1 gap-3">
        {events.map((event) => {
          const { availability } = event;
          const share =
            availability && availability.capacity > 0 ? availability.sold / availability.capacity : 0;
          return (
            <li
              key={event.id}
              className="group relative flex overflow-hidden rounded-card border bg-surface shadow-card transition-shadow focus-within:ring-2 focus-within:ring-brand hover:shadow-lift"
            >
              <Cover
                id={event.id}
                category={event.category.slug}
                url={event.coverUrl}
                className="hidden w-32 shrink-0 sm:block"
              />
              <div className="grid min-w-0 grow items-center gap-x-6 gap-y-3 p-4 sm:grid-cols-[minmax(0,1fr)_12rem_7rem]">
                <div className="min-w-0">
                  <div className="flex flex-wrap items-center gap-2">
                    <Badge tone={eventStates[event.status].tone}>{say(eventStates[event.status].name)}</Badge>
                  </div>
                  <h3 className="mt-1 truncate font-semibold">
                    <Link
                      to={`/manage/events/${event.id}`}
                      className="outline-none after:absolute after:inset-0"
                    >
                      {event.title}
                    </Link>
                  </h3>
                  <p className="truncate text-sm text-muted">
                    <When startsAt={event.startsAt} timeZone={event.timeZone} />
                    {event.venue && ` · ${event.venue.city}`}
                  </p>
                </div>
                {availability ? (
                  <div>
                    <p className="text-sm text-muted tabular-nums">
                      {say("manage.soldOf", { sold: availability.sold, capacity: availability.capacity })}
                    </p>
                    <div aria-hidden="true" className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken">
                      <div
                        className="h-full rounded-full bg-brand-fill"
                        style={{ width: `${Math.min(100, share * 100)}%` }}
                      />
                    </div>
                  </div>
                ) : (
                  <span className="hidden sm:block" />
                )}
                <p className="font-semibold tabular-nums sm:text-right">
                  {event.sales ? format.money(event.sales.netRevenue, true) : ""}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      <LoadMore list={list} />
    </section>
  );
}

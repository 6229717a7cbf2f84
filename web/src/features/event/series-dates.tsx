import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import type { SeriesDatesQuery } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";

const datesQuery = graphql(`
  query SeriesDates($id: ID!, $first: Int!, $after: String) {
    series(id: $id) {
      id
      upcomingCount
      dates(status: PUBLISHED, first: $first, after: $after) {
        nodes {
          id
          slug
          startsAt
          availability {
            event {
              id
            }
            capacity
            available
            revision
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

type DateOf = NonNullable<SeriesDatesQuery["series"]>["dates"]["nodes"][number];

/** The dates of a series to come, the soonest first, with the seats each has left: a strip to choose from. */
export function SeriesDates({
  seriesId,
  eventId,
  timeZone,
}: {
  seriesId: string;
  eventId: string;
  timeZone: string;
}) {
  const { say } = useI18n();
  const chosen = useRef<HTMLLIElement>(null);
  const list = usePages(datesQuery, { id: seriesId }, 30, (data) => data.series?.dates);
  const at = list.nodes.findIndex(({ id }) => id === eventId);
  useEffect(() => {
    const strip = chosen.current?.parentElement;
    // Only the strip moves: the page stays where it is.
    if (at >= 0 && strip && chosen.current)
      strip.scrollLeft = chosen.current.offsetLeft - strip.offsetLeft - 48;
  }, [at]);
  if (list.ready && list.nodes.length < 2) return null;
  return (
    <section aria-label={say("series.dates")} className="page pt-8">
      <h2 className="mb-3 font-display text-title font-bold">{say("series.dates")}</h2>
      {!list.ready && (
        <div role="status" aria-label={say("common.loading")}>
          <Skeleton className="h-24 rounded-card" />
        </div>
      )}
      {list.ready && (
        <ul className="-mx-1 flex snap-x scroll-px-1 gap-2 overflow-x-auto px-1 py-1 pb-3">
          {list.nodes.map((date) => (
            <li key={date.id} ref={date.id === eventId ? chosen : undefined} className="shrink-0 snap-start">
              <DateChip date={date} timeZone={timeZone} current={date.id === eventId} />
            </li>
          ))}
          {list.hasMore && (
            <li className="flex shrink-0 items-center px-2">
              <Button busy={list.busy} onClick={list.more}>
                {say("common.loadMore")}
              </Button>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function DateChip({ date, timeZone, current }: { date: DateOf; timeZone: string; current: boolean }) {
  const { say, format } = useI18n();
  const left = date.availability?.available;
  const hint =
    left === undefined
      ? ""
      : left <= 0
        ? say("series.soldOut")
        : left <= 20
          ? say("series.seats", { count: left })
          : "";
  return (
    <Link
      to={`/events/${date.slug}`}
      aria-current={current ? "date" : undefined}
      preventScrollReset
      className={classes(
        "grid min-h-24 min-w-28 place-items-center content-center gap-0.5 rounded-card border px-4 py-2 text-center",
        current ? "border-brand bg-brand/10 ring-1 ring-brand" : "bg-surface hover:border-line-strong",
      )}
    >
      <span className="text-sm font-semibold">{format.day(date.startsAt, timeZone)}</span>
      <span className="text-sm text-muted">{format.time(date.startsAt, timeZone)}</span>
      <span
        className={classes(
          "min-h-4 text-caption",
          left !== undefined && left <= 0 ? "text-bad" : "text-muted",
        )}
      >
        {hint}
      </span>
    </Link>
  );
}

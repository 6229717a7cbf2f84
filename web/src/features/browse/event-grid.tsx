import { SearchX } from "lucide-react";
import { useMemo } from "react";
import { useQuery } from "urql";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";
import { EventCard } from "./event-card";
import { type Filters, isFiltered, toEventFilter } from "./filters";

const eventsQuery = graphql(`
  query BrowseEvents($filter: EventFilter, $first: Int!, $after: String) {
    events(filter: $filter, first: $first, after: $after) {
      nodes {
        id
        ...EventCard
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const countQuery = graphql(`
  query BrowseCount($filter: EventFilter) {
    events(filter: $filter, first: 1) {
      totalCount
    }
  }
`);

const pageSize = 24;
const grid = "grid gap-5 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4";

function CardSkeleton() {
  return (
    <div className="overflow-hidden rounded-card border bg-surface">
      <Skeleton className="aspect-[16/9] rounded-none" />
      <div className="space-y-3 p-4">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-6 w-4/5" />
        <Skeleton className="h-4 w-1/2" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-6 w-16" />
      </div>
    </div>
  );
}

/** The events that match, page by page. */
export function EventGrid({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const { say } = useI18n();
  const filter = useMemo(() => toEventFilter(filters, new Date()), [filters]);
  const list = usePages(eventsQuery, { filter }, pageSize, (data) => data.events);
  const [{ data: counted }] = useQuery({ query: countQuery, variables: { filter } });

  if (list.error && !list.ready) return <QueryFailed error={list.error} retry={list.again} />;
  if (!list.ready) {
    return (
      <div role="status" aria-label={say("common.loading")} className={grid}>
        {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
          <CardSkeleton key={key} />
        ))}
      </div>
    );
  }
  if (list.nodes.length === 0) {
    return (
      <Empty
        icon={SearchX}
        title={say(isFiltered(filters) ? "browse.nothingFound" : "browse.noEvents")}
        action={isFiltered(filters) && <Button onClick={onClear}>{say("browse.clear")}</Button>}
      >
        {say(isFiltered(filters) ? "browse.nothingFoundHint" : "browse.noEventsHint")}
      </Empty>
    );
  }
  return (
    <>
      <p role="status" className="mb-4 min-h-6 text-sm text-muted">
        {counted && say("browse.found", { count: counted.events.totalCount })}
      </p>
      <ul className={grid}>
        {list.nodes.map((event, at) => (
          <li key={event.id}>
            <EventCard event={event} eager={at < 4} />
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </>
  );
}

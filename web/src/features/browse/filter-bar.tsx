import { X } from "lucide-react";
import { useQuery } from "urql";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { type DayWindow, dayWindows, type Filters, isFiltered, noFilters } from "./filters";

const placesQuery = graphql(`
  query BrowseChoices {
    categories {
      id
      slug
      name
    }
    cities {
      name
      country
      eventCount
    }
  }
`);

const dayNames: Record<DayWindow, Phrase> = {
  today: "browse.today",
  tomorrow: "browse.tomorrow",
  weekend: "browse.weekend",
  week: "browse.week",
  month: "browse.month",
};

function Chip({ on, onClick, children }: { on: boolean; onClick: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={classes(
        "h-9 shrink-0 rounded-full border px-3.5 text-sm font-medium whitespace-nowrap transition-colors",
        on
          ? "border-ink bg-ink text-page"
          : "border-line-strong bg-surface hover:border-muted hover:bg-sunken",
      )}
    >
      {children}
    </button>
  );
}

const select =
  "h-9 max-w-full rounded-full border border-line-strong bg-surface px-3 pr-7 text-sm font-medium hover:border-muted";

/** The ways to narrow the list down: kind, place, days, free. */
export function FilterBar({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { say } = useI18n();
  const [{ data, fetching }] = useQuery({ query: placesQuery });
  return (
    <section aria-label={say("browse.filters")} className="grid grid-cols-1 gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame */}
      <div
        role="group"
        aria-label={say("browse.category")}
        className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:mx-0 sm:flex-wrap sm:px-0"
      >
        <Chip on={filters.category === ""} onClick={() => onChange({ ...filters, category: "" })}>
          {say("browse.allCategories")}
        </Chip>
        {fetching &&
          !data &&
          ["w-20", "w-24", "w-28", "w-32", "w-36"].map((width) => (
            <Skeleton key={width} className={classes("h-9 shrink-0 rounded-full", width)} />
          ))}
        {data?.categories.map(({ slug, name }) => (
          <Chip
            key={slug}
            on={filters.category === slug}
            onClick={() => onChange({ ...filters, category: filters.category === slug ? "" : slug })}
          >
            {name}
          </Chip>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <select
          aria-label={say("browse.city")}
          className={select}
          value={filters.city}
          onChange={(event) => onChange({ ...filters, city: event.target.value })}
        >
          <option value="">{say("browse.anywhere")}</option>
          {filters.city && !data?.cities.some(({ name }) => name === filters.city) && (
            <option>{filters.city}</option>
          )}
          {data?.cities.map(({ name, eventCount }) => (
            <option key={name} value={name}>
              {name} ({eventCount})
            </option>
          ))}
        </select>
        <select
          aria-label={say("browse.when")}
          className={select}
          value={filters.days}
          onChange={(event) => onChange({ ...filters, days: event.target.value as Filters["days"] })}
        >
          <option value="">{say("browse.anyDay")}</option>
          {dayWindows.map((days) => (
            <option key={days} value={days}>
              {say(dayNames[days])}
            </option>
          ))}
        </select>
        <Chip
          on={filters.days === "weekend"}
          onClick={() => onChange({ ...filters, days: filters.days === "weekend" ? "" : "weekend" })}
        >
          {say("browse.weekend")}
        </Chip>
        <Chip on={filters.free} onClick={() => onChange({ ...filters, free: !filters.free })}>
          {say("browse.free")}
        </Chip>
        {isFiltered(filters) && (
          <button
            type="button"
            onClick={() => onChange(noFilters)}
            className="inline-flex h-9 items-center gap-1 rounded-full px-3 text-sm font-semibold text-brand hover:bg-brand-soft"
          >
            <X aria-hidden className="size-4" />
            {say("browse.clear")}
          </button>
        )}
      </div>
    </section>
  );
}

import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useDocumentTitle } from "@/components/ui/page-title";
import { EventGrid } from "@/features/browse/event-grid";
import { FilterBar } from "@/features/browse/filter-bar";
import { type Filters, noFilters, readFilters, writeFilters } from "@/features/browse/filters";
import { Hero } from "@/features/browse/hero";

export function Component() {
  useDocumentTitle("");
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => readFilters(params), [params]);
  // Typing replaces the entry of the history, so that "back" leaves the page and does not spell the word backwards.
  const change = (next: Filters, replace = false) =>
    setParams(writeFilters(next), { replace, preventScrollReset: true });
  return (
    <>
      <Hero
        search={filters.search}
        onSearch={(search) => change({ ...filters, search: search.trim() }, true)}
      />
      <div className="page pt-6">
        <FilterBar filters={filters} onChange={change} />
        <div className="mt-6">
          <EventGrid filters={filters} onClear={() => change(noFilters)} />
        </div>
      </div>
    </>
  );
}

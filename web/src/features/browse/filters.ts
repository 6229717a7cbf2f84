import type { EventFilter } from "@/gql/graphql";

/** A window of days that people ask for in words. */
export type DayWindow = "today" | "tomorrow" | "weekend" | "week" | "month";

export const dayWindows: readonly DayWindow[] = ["today", "tomorrow", "weekend", "week", "month"];

/** What the visitor has narrowed the list down to; the address of the page holds it. */
export interface Filters {
  search: string;
  category: string;
  city: string;
  days: DayWindow | "";
  free: boolean;
}

export const noFilters: Filters = { search: "", category: "", city: "", days: "", free: false };

export function readFilters(params: URLSearchParams): Filters {
  const days = params.get("when") as DayWindow | null;
  return {
    search: params.get("q") ?? "",
    category: params.get("category") ?? "",
    city: params.get("city") ?? "",
    days: days && dayWindows.includes(days) ? days : "",
    free: params.get("free") === "1",
  };
}

/** The address of a selection: only what differs from no filter, in a fixed order. */
export function writeFilters(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  if (filters.search.trim()) params.set("q", filters.search.trim());
  if (filters.category) params.set("category", filters.category);
  if (filters.city) params.set("city", filters.city);
  if (filters.days) params.set("when", filters.days);
  if (filters.free) params.set("free", "1");
  return params;
}

export function isFiltered(filters: Filters): boolean {
  return writeFilters(filters).size > 0;
}

function startOfDay(now: Date, daysLater: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysLater);
}

/**
 * The instants of a window in the visitor's own zone: from (inclusive, null for now) and before (exclusive). A
 * weekend is Friday 17:00 to Sunday's end; during one it is the rest of it.
 */
export function windowOf(days: DayWindow, now: Date): { from: Date | null; before: Date } {
  switch (days) {
    case "today":
      return { from: null, before: startOfDay(now, 1) };
    case "tomorrow":
      return { from: startOfDay(now, 1), before: startOfDay(now, 2) };
    case "week":
      return { from: null, before: startOfDay(now, 7) };
    case "month":
      return { from: null, before: startOfDay(now, 30) };
    case "weekend": {
      const weekday = (now.getDay() + 6) % 7; // Monday is 0
      const friday = startOfDay(now, 4 - weekday);
      friday.setHours(17);
      return { from: friday > now ? friday : null, before: startOfDay(now, 7 - weekday) };
    }
  }
}

/** The server's filter; instants depend on the day only, so that the same selection is the same question. */
export function toEventFilter(filters: Filters, now: Date): EventFilter {
  const filter: EventFilter = {};
  if (filters.search.trim()) filter.search = filters.search.trim();
  if (filters.category) filter.category = filters.category;
  if (filters.city) filter.city = filters.city;
  if (filters.free) filter.free = true;
  if (filters.days) {
    const { from, before } = windowOf(filters.days, now);
    if (from) filter.startsFrom = from.toISOString();
    filter.startsBefore = before.toISOString();
  }
  return filter;
}

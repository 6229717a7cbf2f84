/** The periods one can look at. */
export const periods = ["month", "last-month", "year", "all"] as const;
export type Period = (typeof periods)[number];

/** A period at `now` (milliseconds), in whole days of this browser's zone; `before` is its first instant after. */
export function periodOf(period: Period, now: number): { from: string; before: string } {
  const day = new Date(now);
  const at = (year: number, month: number, date = 1) => new Date(year, month, date).toISOString();
  const tomorrow = at(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  switch (period) {
    case "month":
      return { from: at(day.getFullYear(), day.getMonth()), before: tomorrow };
    case "last-month":
      return {
        from: at(day.getFullYear(), day.getMonth() - 1),
        before: at(day.getFullYear(), day.getMonth()),
      };
    case "year":
      return { from: at(day.getFullYear(), 0), before: tomorrow };
    case "all":
      return { from: at(2000, 0), before: tomorrow };
  }
}

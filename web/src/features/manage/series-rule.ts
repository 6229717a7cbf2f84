/** The days of the week as RFC 5545 writes them, in the order of `Date.getUTCDay`. */
export const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;
export type Weekday = (typeof weekdays)[number];

/** What the rule builder holds. */
export interface RuleDraft {
  frequency: "DAILY" | "WEEKLY" | "MONTHLY";
  interval: string;
  days: readonly Weekday[];
  which: "day" | "nth" | "last";
  ends: "count" | "until" | "open";
  count: string;
  /** `2027-03-12`. */
  until: string;
}

/** The weekday of a wall time, `2027-03-12T19:30`. */
export function weekdayOf(wall: string): Weekday {
  return weekdays[new Date(`${wall}Z`).getUTCDay()] ?? "MO";
}

/** A rule to begin with: every week on the day of the first date, ten times. */
export function newRule(wall: string): RuleDraft {
  return {
    frequency: "WEEKLY",
    interval: "1",
    days: [weekdayOf(wall)],
    which: "day",
    ends: "count",
    count: "10",
    until: "",
  };
}

/** The RRULE of a draft for a first date at a wall time; the server checks it. */
export function ruleOf(draft: RuleDraft, wall: string): string {
  const parts = [`FREQ=${draft.frequency}`];
  const interval = Number.parseInt(draft.interval, 10);
  if (interval > 1) parts.push(`INTERVAL=${interval}`);
  if (draft.frequency === "WEEKLY" && draft.days.length > 0) {
    parts.push(`BYDAY=${weekdays.filter((day) => draft.days.includes(day)).join(",")}`);
  }
  if (draft.frequency === "MONTHLY" && draft.which !== "day") {
    const nth = draft.which === "last" ? -1 : Math.ceil(Number(wall.slice(8, 10)) / 7);
    parts.push(`BYDAY=${nth}${weekdayOf(wall)}`);
  }
  if (draft.ends === "count") parts.push(`COUNT=${draft.count.trim() || "1"}`);
  if (draft.ends === "until" && draft.until) parts.push(`UNTIL=${draft.until.replaceAll("-", "")}`);
  return parts.join(";");
}

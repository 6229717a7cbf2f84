import { describe, expect, it } from "vitest";
import { fillTimeline } from "./timeline";

const now = Date.parse("2027-03-05T15:00:00Z");
const point = (start: string, tickets: number) => ({ start, tickets, revenue: { amount: tickets * 1000 } });

describe("fillTimeline", () => {
  it("fills the days without a sale, up to today", () => {
    const buckets = fillTimeline(
      [point("2027-03-01T00:00:00Z", 2), point("2027-03-04T02:00:00+02:00", 3)],
      "DAY",
      now,
      1,
      90,
    );
    expect(buckets.map(({ start, tickets }) => [start.slice(0, 10), tickets])).toEqual([
      ["2027-03-01", 2],
      ["2027-03-02", 0],
      ["2027-03-03", 0],
      ["2027-03-04", 3],
      ["2027-03-05", 0],
    ]);
  });

  it("keeps the latest ones only", () => {
    expect(fillTimeline([point("2027-01-01T00:00:00Z", 1)], "DAY", now, 1, 7)).toHaveLength(7);
    expect(
      fillTimeline([point("2027-03-05T13:00:00Z", 1)], "HOUR", now, 1, 48).map(({ tickets }) => tickets),
    ).toEqual([1, 0, 0]);
  });

  it("begins before the first sale if there are few buckets", () => {
    expect(
      fillTimeline([point("2027-03-05T00:00:00Z", 4)], "DAY", now, 3, 90).map(({ tickets }) => tickets),
    ).toEqual([0, 0, 4]);
  });

  it("is empty without a sale", () => {
    expect(fillTimeline([], "DAY", now, 1, 90)).toEqual([]);
  });
});

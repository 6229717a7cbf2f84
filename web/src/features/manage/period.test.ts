import { describe, expect, it } from "vitest";
import { periodOf } from "./period";

describe("periodOf", () => {
  const now = new Date(2027, 0, 31, 15, 30).getTime();
  const day = (year: number, month: number, date: number) => new Date(year, month, date).toISOString();

  it("is whole days, today included", () => {
    expect(periodOf("month", now)).toEqual({ from: day(2027, 0, 1), before: day(2027, 1, 1) });
    expect(periodOf("year", now)).toEqual({ from: day(2027, 0, 1), before: day(2027, 1, 1) });
  });

  it("knows the month before, also in January", () => {
    expect(periodOf("last-month", now)).toEqual({ from: day(2026, 11, 1), before: day(2027, 0, 1) });
  });
});

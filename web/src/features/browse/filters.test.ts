import { describe, expect, it } from "vitest";
import { isFiltered, noFilters, readFilters, toEventFilter, windowOf, writeFilters } from "./filters";

const wednesday = new Date(2027, 2, 10, 14, 30);

describe("filters in the address", () => {
  it("come back as they were written", () => {
    const filters = {
      search: "jazz & soul",
      category: "live-music",
      city: "São Paulo",
      days: "weekend",
      free: true,
    } as const;
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(writeFilters(noFilters).toString()).toBe("");
  });

  it("ignore what is no filter", () => {
    expect(readFilters(new URLSearchParams("when=yesterday&free=perhaps&x=1"))).toEqual(noFilters);
    expect(isFiltered({ ...noFilters, search: "  " })).toBe(false);
  });
});

describe("windowOf", () => {
  it("ends today at midnight", () => {
    expect(windowOf("today", wednesday)).toEqual({ from: null, before: new Date(2027, 2, 11) });
    expect(windowOf("tomorrow", wednesday)).toEqual({
      from: new Date(2027, 2, 11),
      before: new Date(2027, 2, 12),
    });
  });

  it("finds the coming weekend from any day", () => {
    expect(windowOf("weekend", wednesday)).toEqual({
      from: new Date(2027, 2, 12, 17),
      before: new Date(2027, 2, 15),
    });
    const saturday = new Date(2027, 2, 13, 11);
    expect(windowOf("weekend", saturday)).toEqual({ from: null, before: new Date(2027, 2, 15) });
    const sunday = new Date(2027, 2, 14, 23);
    expect(windowOf("weekend", sunday)).toEqual({ from: null, before: new Date(2027, 2, 15) });
    const monday = new Date(2027, 2, 15, 0, 5);
    expect(windowOf("weekend", monday).before).toEqual(new Date(2027, 2, 22));
  });
});

describe("toEventFilter", () => {
  it("is the same question all day", () => {
    const filters = { ...noFilters, days: "week" } as const;
    const later = new Date(2027, 2, 10, 23, 59);
    expect(toEventFilter(filters, wednesday)).toEqual(toEventFilter(filters, later));
  });

  it("leaves out what is not asked for", () => {
    expect(toEventFilter(noFilters, wednesday)).toEqual({});
  });
});

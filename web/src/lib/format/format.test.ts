import { describe, expect, it } from "vitest";
import { formatter, majorUnits } from "./format";

const british = formatter("en-GB");

describe("money", () => {
  it("has the decimals of its currency", () => {
    expect(british.money({ amount: 1250, currency: "EUR" })).toBe("€12.50");
    expect(british.money({ amount: 1250, currency: "JPY" })).toBe("JP¥1,250");
    expect(majorUnits({ amount: 1250, currency: "KWD" })).toBe(1.25);
  });

  it("drops them when short and whole", () => {
    expect(british.money({ amount: 1200, currency: "EUR" }, true)).toBe("€12");
    expect(british.money({ amount: 1250, currency: "EUR" }, true)).toBe("€12.50");
  });
});

describe("instants", () => {
  it("are written in the zone of the event", () => {
    expect(british.time("2027-01-15T23:30:00Z", "Europe/Berlin")).toBe("00:30");
    expect(british.day("2027-01-15T23:30:00Z", "Europe/Berlin")).toContain("16 Jan");
    expect(british.leaf("2027-01-15T23:30:00Z", "Europe/Berlin")).toEqual({ day: "16", month: "Jan" });
  });

  it("survive a zone that the browser does not know", () => {
    expect(british.time("2027-01-15T23:30:00Z", "Mars/Olympus")).toMatch(/^\d\d:\d\d$/);
  });

  it("tell how long ago", () => {
    const now = Date.parse("2027-01-15T12:00:00Z");
    expect(british.ago("2027-01-15T11:57:00Z", now)).toBe("3 minutes ago");
    expect(british.ago("2027-01-15T11:59:59Z", now)).toBe("now");
    expect(british.ago("2027-01-14T11:00:00Z", now)).toBe("yesterday");
  });
});

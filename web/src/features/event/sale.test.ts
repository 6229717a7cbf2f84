import { describe, expect, it } from "vitest";
import { saleOf, stepQuantity } from "./sale";

const now = Date.parse("2027-03-01T12:00:00Z");
const start = "2027-03-10T19:00:00Z";
const type = { salesStart: null, salesEnd: null, minPerOrder: 1 };

describe("saleOf", () => {
  it("is open between its instants while something is left", () => {
    expect(saleOf(type, start, 100, now)).toEqual({ state: "open" });
    expect(saleOf(type, start, 0, now)).toEqual({ state: "sold-out" });
  });

  it("has not begun", () => {
    const from = "2027-03-01T12:00:01Z";
    expect(saleOf({ ...type, salesStart: from }, start, 100, now)).toEqual({ state: "not-yet", from });
    expect(saleOf({ ...type, salesStart: "2027-03-01T12:00:00Z" }, start, 100, now).state).toBe("open");
  });

  it("is over at its end, or when the event begins", () => {
    expect(saleOf({ ...type, salesEnd: "2027-03-01T12:00:00Z" }, start, 100, now).state).toBe("over");
    expect(saleOf(type, "2027-03-01T11:59:00Z", 100, now).state).toBe("over");
  });

  it("is sold out when less is left than one must take", () => {
    expect(saleOf({ ...type, minPerOrder: 4 }, start, 3, now).state).toBe("sold-out");
  });
});

describe("stepQuantity", () => {
  it("jumps over what is below the minimum", () => {
    expect(stepQuantity(0, 1, 4, 10)).toBe(4);
    expect(stepQuantity(4, 3, 4, 10)).toBe(0);
    expect(stepQuantity(5, 6, 4, 10)).toBe(6);
  });

  it("stops at the maximum", () => {
    expect(stepQuantity(10, 11, 1, 10)).toBe(10);
  });
});

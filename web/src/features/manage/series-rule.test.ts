import { describe, expect, it } from "vitest";
import { newRule, ruleOf, weekdayOf } from "./series-rule";

const wall = "2027-04-15T20:00"; // a Thursday, the third of its month

describe("ruleOf", () => {
  const draft = newRule(wall);
  it("begins with ten weeks on the day of the first date", () => {
    expect(weekdayOf(wall)).toBe("TH");
    expect(ruleOf(draft, wall)).toBe("FREQ=WEEKLY;BYDAY=TH;COUNT=10");
  });
  it("keeps the order of the week, whatever was pressed first", () => {
    expect(ruleOf({ ...draft, days: ["SA", "TH", "MO"], interval: "2" }, wall)).toBe(
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SA;COUNT=10",
    );
  });
  it("knows three kinds of month", () => {
    const monthly = { ...draft, frequency: "MONTHLY" as const };
    expect(ruleOf(monthly, wall)).toBe("FREQ=MONTHLY;COUNT=10");
    expect(ruleOf({ ...monthly, which: "nth" }, wall)).toBe("FREQ=MONTHLY;BYDAY=3TH;COUNT=10");
    expect(ruleOf({ ...monthly, which: "last" }, wall)).toBe("FREQ=MONTHLY;BYDAY=-1TH;COUNT=10");
  });
  it("ends on a day, or not at all", () => {
    const daily = { ...draft, frequency: "DAILY" as const };
    expect(ruleOf({ ...daily, ends: "until", until: "2027-05-01" }, wall)).toBe("FREQ=DAILY;UNTIL=20270501");
    expect(ruleOf({ ...daily, ends: "open" }, wall)).toBe("FREQ=DAILY");
  });
});

import { describe, expect, it } from "vitest";
import { en } from "./en";
import { type Catalogue, translator } from "./translate";

describe("translator", () => {
  const catalogue = {
    greet: "Hello {name}",
    seats: { one: "{count} seat", other: "{count} seats" },
    group: { inner: "Inside" },
  };
  const say = translator(catalogue, "en");

  it("fills in values, picks plurals and descends into groups", () => {
    expect(say("greet", { name: "Ada" })).toBe("Hello Ada");
    expect(say("seats", { count: 1 })).toBe("1 seat");
    expect(say("seats", { count: 12000 })).toBe("12,000 seats");
    expect(say("group.inner")).toBe("Inside");
  });

  it("says the name of what is missing and leaves unknown values visible", () => {
    expect(say("group.none")).toBe("group.none");
    expect(say("greet.more")).toBe("greet.more");
    expect(say("greet")).toBe("Hello {name}");
  });

  it("knows the plurals of other languages", () => {
    const polish = translator(
      { seats: { one: "{count} miejsce", few: "{count} miejsca", other: "{count} miejsc" } },
      "pl",
    );
    expect([1, 3, 5].map((count) => polish("seats", { count }))).toEqual([
      "1 miejsce",
      "3 miejsca",
      "5 miejsc",
    ]);
  });
});

describe("the English catalogue", () => {
  it("has no empty phrase", () => {
    const empty: string[] = [];
    const walk = (catalogue: Catalogue, path: string) => {
      for (const [name, entry] of Object.entries(catalogue)) {
        if (typeof entry === "string") {
          if (entry.trim() === "") empty.push(`${path}${name}`);
        } else walk(entry as Catalogue, `${path}${name}.`);
      }
    };
    walk(en, "");
    expect(empty).toEqual([]);
  });
});

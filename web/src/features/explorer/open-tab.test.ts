import { describe, expect, it } from "vitest";
import { examples } from "./examples";
import { openTab } from "./open-tab";

describe("openTab", () => {
  it("is the first example, with its variables, on the first visit", () => {
    expect(openTab(null)).toEqual({ query: examples[0]?.query, variables: examples[0]?.variables });
    expect(JSON.parse(openTab(null).variables)).toMatchObject({ first: 5 });
  });

  it("is the tab left open on the next visit", () => {
    const tabs = [
      { query: "{ a }", variables: null },
      { query: "query B { b }", variables: '{"x":1}' },
    ];
    expect(openTab(JSON.stringify({ tabs, activeTabIndex: 1 }))).toEqual({
      query: "query B { b }",
      variables: '{"x":1}',
    });
    expect(openTab(JSON.stringify({ tabs, activeTabIndex: 0 }))).toEqual({ query: "{ a }", variables: "" });
    expect(openTab(JSON.stringify({ tabs, activeTabIndex: 7 })).query).toBe("query B { b }");
  });

  it.each(["", "null", "{", "{}", '{"tabs":[],"activeTabIndex":0}', '{"tabs":3,"activeTabIndex":0}'])(
    "is the first example when %j is kept",
    (kept) => {
      expect(openTab(kept).query).toBe(examples[0]?.query);
    },
  );
});

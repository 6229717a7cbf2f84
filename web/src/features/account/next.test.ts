import { describe, expect, it } from "vitest";
import { nextPath } from "./next";

describe("nextPath", () => {
  it.each([
    ["/events/jazz?x=1", "/events/jazz?x=1"],
    ["", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
  ])("%s → %s", (next, path) => {
    expect(nextPath(new URLSearchParams({ next }))).toBe(path);
  });

  it("is the home page without one", () => {
    expect(nextPath(new URLSearchParams())).toBe("/");
  });
});

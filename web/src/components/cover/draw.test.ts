import { describe, expect, it } from "vitest";
import { drawCover } from "./draw";

const categories = [
  "live-music",
  "clubbing",
  "theatre",
  "technology",
  "sports",
  "food-and-drink",
  "family",
  "anything-else",
];

describe("drawCover", () => {
  it("draws the same event alike every time and others differently", () => {
    expect(drawCover("evt_1", "theatre")).toEqual(drawCover("evt_1", "theatre"));
    const drawings = Array.from({ length: 50 }, (_, event) =>
      JSON.stringify(drawCover(`evt_${event}`, "theatre")),
    );
    expect(new Set(drawings).size).toBe(50);
  });

  it.each(categories)("draws something small and visible for %s", (category) => {
    const { shapes } = drawCover("evt_1", category);
    expect(shapes.length).toBeGreaterThan(3);
    expect(shapes.length).toBeLessThan(200);
    for (const shape of shapes) {
      expect(shape.opacity).toBeGreaterThan(0);
      expect(shape.opacity).toBeLessThanOrEqual(1);
      expect(JSON.stringify(shape)).not.toContain("null");
    }
  });
});

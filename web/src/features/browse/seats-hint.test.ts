import { expect, it } from "vitest";
import { seatsHint } from "./seats-hint";

it.each([
  [0, 100, "sold-out"],
  [-1, 100, "sold-out"],
  [20, 1000, "last"],
  [21, 1000, "fast"],
  [99, 1000, "fast"],
  [100, 1000, null],
])("%i of %i: %s", (available, capacity, hint) => {
  expect(seatsHint(available, capacity)).toBe(hint);
});

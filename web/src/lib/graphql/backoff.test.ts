import { describe, expect, it } from "vitest";
import { reconnectDelay } from "./backoff";

describe("reconnectDelay", () => {
  it("grows, is spread, and never exceeds eight seconds", () => {
    expect(reconnectDelay(0, () => 1)).toBe(300);
    expect(reconnectDelay(3, () => 1)).toBe(2400);
    expect(reconnectDelay(5000, () => 1)).toBe(8000);
    expect(reconnectDelay(3, () => 0)).toBe(150);
  });
});

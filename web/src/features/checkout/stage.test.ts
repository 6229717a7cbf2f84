import { describe, expect, it } from "vitest";
import { countdown, isMoving, stageOf } from "./stage";

const now = Date.parse("2027-03-01T12:00:00Z");
const held = { status: "HELD", holdExpiresAt: "2027-03-01T12:05:00Z", total: { amount: 1000 } } as const;

describe("stageOf", () => {
  it.each([
    ["a fresh hold", held, false, "pay"],
    ["a fresh hold that is free", { ...held, total: { amount: 0 } }, false, "confirm-free"],
    ["a declined card", { ...held, payment: { status: "DECLINED" } }, false, "pay"],
    ["a declined card although we wait", { ...held, payment: { status: "DECLINED" } }, true, "pay"],
    ["the bank asks", { ...held, payment: { status: "REQUIRES_ACTION" } }, true, "action"],
    ["the provider thinks", { ...held, payment: { status: "PENDING" } }, false, "awaiting"],
    ["captured, not yet confirmed", { ...held, payment: { status: "CAPTURED" } }, false, "awaiting"],
    ["confirmed", { ...held, status: "CONFIRMED" }, true, "done"],
    ["run out here", { ...held, holdExpiresAt: "2027-03-01T12:00:00Z" }, false, "expired"],
    ["run out here while we wait", { ...held, holdExpiresAt: "2027-03-01T12:00:00Z" }, true, "awaiting"],
    ["run out there", { ...held, status: "EXPIRED", endReason: "HOLD_EXPIRED" }, false, "expired"],
    [
      "paid too late",
      { ...held, status: "EXPIRED", endReason: "HOLD_EXPIRED", payment: { status: "CAPTURED" } },
      false,
      "expired-refund",
    ],
    [
      "paid too late, money back",
      { ...held, status: "EXPIRED", payment: { status: "REFUNDED" } },
      false,
      "expired-refund",
    ],
    ["given up", { ...held, status: "EXPIRED", endReason: "RELEASED" }, false, "released"],
    ["cancelled", { ...held, status: "CANCELLED" }, false, "cancelled"],
  ] as const)("%s", (_name, booking, awaiting, stage) => {
    expect(stageOf(booking, now, awaiting)).toBe(stage);
  });
});

describe("isMoving", () => {
  it("asks on until the tickets are there", () => {
    expect(isMoving("awaiting", 0)).toBe(true);
    expect(isMoving("done", 0)).toBe(true);
    expect(isMoving("done", 2)).toBe(false);
    expect(isMoving("pay", 0)).toBe(false);
  });
});

describe("countdown", () => {
  it("counts minutes and seconds, and stops at zero", () => {
    expect(countdown("2027-03-01T12:09:59.200Z", now).text).toBe("10:00");
    expect(countdown("2027-03-01T12:01:05Z", now).text).toBe("1:05");
    expect(countdown("2027-03-01T11:00:00Z", now)).toEqual({ text: "0:00", seconds: 0 });
  });
});

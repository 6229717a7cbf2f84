import { describe, expect, it } from "vitest";
import { type Limited, settle } from "./order";

const type = (id: string, more: Partial<Limited & { available: number }> = {}) => ({
  id,
  kind: "ADMISSION" as const,
  minPerOrder: 1,
  maxPerOrder: 10,
  available: 100,
  ...more,
});

const of = (settled: ReturnType<typeof settle>, id: string) => settled.get(id);

describe("settle", () => {
  it("keeps what the limits of a type allow", () => {
    const settled = settle(
      [type("a", { maxPerOrder: 4 }), type("b", { perPersonLimit: 2 }), type("c", { available: 3 })],
      { a: 9, b: 9, c: 1 },
      100,
    );
    expect(of(settled, "a")).toEqual({ quantity: 4, max: 4 });
    expect(of(settled, "b")).toEqual({ quantity: 2, max: 2 });
    expect(of(settled, "c")).toEqual({ quantity: 1, max: 3 });
  });

  it("shares what all admissions have together", () => {
    const settled = settle([type("a"), type("b")], { a: 5, b: 5 }, 8);
    expect(of(settled, "a")).toEqual({ quantity: 5, max: 5 });
    expect(of(settled, "b")).toEqual({ quantity: 3, max: 3 });
    expect(of(settle([type("a"), type("b")], { a: 2 }, 8), "b")).toEqual({ quantity: 0, max: 6 });
  });

  it("takes fewer than the least per order as none", () => {
    const settled = settle([type("a", { minPerOrder: 3 }), type("b")], { a: 2, b: 6 }, 8);
    expect(of(settled, "a")).toEqual({ quantity: 0, max: 0 });
    expect(of(settle([type("a", { minPerOrder: 3, available: 2 })], { a: 3 }, 9), "a")).toEqual({
      quantity: 0,
      max: 0,
    });
  });

  it("sells add-ons along with admissions only, so many each", () => {
    const shirt = type("shirt", { kind: "ADD_ON", maxPerAdmission: 2 });
    expect(of(settle([shirt, type("a")], { shirt: 3 }, 9), "shirt")).toEqual({ quantity: 0, max: 0 });
    expect(of(settle([shirt, type("a")], { shirt: 5, a: 2 }, 9), "shirt")).toEqual({ quantity: 4, max: 4 });
    const any = type("mug", { kind: "ADD_ON" });
    expect(of(settle([any, type("a")], { mug: 5, a: 1 }, 1), "mug")).toEqual({ quantity: 5, max: 10 });
  });
});

import { describe, expect, it } from "vitest";
import { newPromo, promoDraftOf, readPromo } from "./promo-draft";

const read = (part: object) =>
  readPromo({ ...newPromo(), code: "spring-26", ...part }, "Europe/Berlin", "EUR");

describe("readPromo", () => {
  it("writes percent in basis points, amounts in minor units, and the code in capitals", () => {
    expect(read({ value: "12,5" })).toMatchObject({
      input: { code: "SPRING-26", value: 1250, maxUses: null },
    });
    expect(read({ kind: "AMOUNT", value: "5" })).toMatchObject({ input: { value: 500 } });
    expect(read({ kind: "ACCESS", value: "7" })).toMatchObject({ input: { value: 0 } });
  });

  it("says which field is wrong", () => {
    expect(read({ code: "a b", value: "101", maxUses: "0", perPerson: "x" })).toEqual({
      problems: {
        code: "codes.badCode",
        value: "codes.badPercent",
        maxUses: "codes.badCount",
        perPerson: "codes.badCount",
      },
    });
    expect(read({ kind: "AMOUNT", value: "0" })).toEqual({ problems: { value: "codes.badAmount" } });
    expect(read({ validFrom: "2027-05-02T10:00", validUntil: "2027-05-02T10:00" })).toEqual({
      problems: { validUntil: "codes.badEnd" },
    });
  });

  it("is what the form shows of a stored code", () => {
    const stored = {
      code: "TEN",
      kind: "PERCENTAGE" as const,
      value: 1000,
      ticketTypeIds: ["tkt_1"],
      maxUses: 5,
      perPerson: null,
      validFrom: "2027-05-01T08:00:00Z",
      validUntil: null,
      active: true,
    };
    const draft = promoDraftOf(stored, "Europe/Berlin", "EUR");
    expect(draft).toMatchObject({ value: "10", maxUses: "5", validFrom: "2027-05-01T10:00" });
    const again = readPromo(draft, "Europe/Berlin", "EUR");
    if (!("input" in again)) throw new Error("it does not read");
    expect(Date.parse(again.input.validFrom ?? "")).toBe(Date.parse(stored.validFrom));
    expect(again.input).toMatchObject({ code: "TEN", value: 1000, ticketTypeIds: ["tkt_1"], maxUses: 5 });
  });
});

import { describe, expect, it } from "vitest";
import { formatExpiry, groupDigits, passesLuhn, readCard, sandboxDraft } from "./card";

describe("typing", () => {
  it("groups digits", () => {
    expect(groupDigits("4242-4242 42")).toBe("4242 4242 42");
    expect(groupDigits("42424242424242424242424")).toBe("4242 4242 4242 4242 424");
  });

  it.each([
    ["1", "1"],
    ["12", "12"],
    ["123", "12 / 3"],
    ["1230", "12 / 30"],
    ["5", "05"],
    ["12/2030", "12 / 30"],
    ["01 / 31", "01 / 31"],
  ])("reads %s as %s", (typed, shown) => {
    expect(formatExpiry(typed)).toBe(shown);
  });
});

describe("readCard", () => {
  it("reads a good one", () => {
    expect(readCard({ number: "4242 4242 4242 4242", expiry: "02 / 30", cvc: "123" })).toEqual({
      card: { number: "4242424242424242", expiryMonth: 2, expiryYear: 2030, cvc: "123" },
    });
  });

  it("names everything that is wrong", () => {
    expect(readCard({ number: "4242 4242 4242 4243", expiry: "13 / 30", cvc: "12" })).toEqual({
      problems: ["number", "expiry", "cvc"],
    });
  });

  it("takes what the sandbox fills in", () => {
    expect(readCard(sandboxDraft("4000000000000002", new Date(2027, 1, 1)))).toHaveProperty(
      "card.expiryYear",
      2029,
    );
  });

  it("knows the check digit", () => {
    expect(passesLuhn("4000000000003220")).toBe(true);
    expect(passesLuhn("")).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import {
  attemptAccepted,
  attemptBegun,
  attemptEnded,
  type CheckoutState,
  checkoutSlice,
  codeEntered,
  codeRemoved,
  emptyCheckout,
  holdAnswered,
  quantityChosen,
  seatsChosen,
} from "./checkout";
import { sessionChanged } from "./session";

type Action = Parameters<typeof checkoutSlice.reducer>[1];

function reduced(...actions: Action[]): CheckoutState {
  return actions.reduce<CheckoutState>(
    (state, action) => checkoutSlice.reducer(state, action),
    emptyCheckout,
  );
}

describe("the cart", () => {
  it("keeps quantities and drops zeros", () => {
    const state = reduced(
      quantityChosen("evt_1", "a", 2),
      quantityChosen("evt_1", "b", 1),
      quantityChosen("evt_1", "a", 0),
    );
    expect(state.carts.evt_1?.quantities).toEqual({ b: 1 });
    expect(reduced(quantityChosen("evt_1", "a", 2), quantityChosen("evt_1", "a", 0)).carts).toEqual({});
  });

  it("keeps its key while it stays the same and takes a new one when it changes", () => {
    const first = reduced(quantityChosen("evt_1", "a", 2));
    const second = checkoutSlice.reducer(first, quantityChosen("evt_1", "a", 3));
    expect(first.carts.evt_1?.holdKey.length).toBeGreaterThanOrEqual(8);
    expect(second.carts.evt_1?.holdKey).not.toBe(first.carts.evt_1?.holdKey);
  });

  it("counts seats chosen by name, and forgets them when only the number counts", () => {
    const chosen = reduced(seatsChosen("evt_1", "a", ["s1", "s2"]));
    expect(chosen.carts.evt_1).toMatchObject({ quantities: { a: 2 }, seats: { a: ["s1", "s2"] } });
    const counted = checkoutSlice.reducer(chosen, quantityChosen("evt_1", "a", 3));
    expect(counted.carts.evt_1).toMatchObject({ quantities: { a: 3 }, seats: {} });
    expect(checkoutSlice.reducer(chosen, seatsChosen("evt_1", "a", [])).carts).toEqual({});
  });

  it("keeps each code once, in capitals, also while nothing is chosen", () => {
    const entered = reduced(codeEntered("evt_1", " encore20 "), codeEntered("evt_1", "ENCORE20"));
    expect(entered.carts.evt_1?.codes).toEqual(["ENCORE20"]);
    const withTickets = checkoutSlice.reducer(entered, quantityChosen("evt_1", "a", 1));
    expect(withTickets.carts.evt_1?.holdKey).not.toBe(entered.carts.evt_1?.holdKey);
    expect(checkoutSlice.reducer(entered, codeRemoved("evt_1", "ENCORE20")).carts).toEqual({});
  });

  it("is emptied by a hold and gets a new key by a refusal", () => {
    const filled = reduced(quantityChosen("evt_1", "a", 2));
    expect(checkoutSlice.reducer(filled, holdAnswered("evt_1", true)).carts).toEqual({});
    const refused = checkoutSlice.reducer(filled, holdAnswered("evt_1", false));
    expect(refused.carts.evt_1?.quantities).toEqual({ a: 2 });
    expect(refused.carts.evt_1?.holdKey).not.toBe(filled.carts.evt_1?.holdKey);
  });
});

describe("an attempt to pay", () => {
  it("keeps its key however often it is begun, until it ends", () => {
    const begun = reduced(attemptBegun("bkg_1"));
    const again = checkoutSlice.reducer(begun, attemptBegun("bkg_1"));
    expect(again.attempts.bkg_1?.key).toBe(begun.attempts.bkg_1?.key);
    const anew = [attemptEnded("bkg_1"), attemptBegun("bkg_1")].reduce<CheckoutState>(
      checkoutSlice.reducer,
      again,
    );
    expect(anew.attempts.bkg_1?.key).not.toBe(begun.attempts.bkg_1?.key);
  });

  it("remembers that money was sent for", () => {
    expect(reduced(attemptBegun("bkg_1"), attemptAccepted("bkg_1")).attempts.bkg_1?.awaiting).toBe(true);
  });

  it("is forgotten at log-out", () => {
    expect(reduced(attemptBegun("bkg_1"), sessionChanged(null)).attempts).toEqual({});
  });
});

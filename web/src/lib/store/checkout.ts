import { createSlice, nanoid, type PayloadAction } from "@reduxjs/toolkit";
import { sessionChanged } from "./session";

/** What somebody wants of one event before it is held. */
export interface Cart {
  /** How many, by ticket type id. */
  quantities: Record<string, number>;
  /** Numbered seats that were chosen by name, by ticket type id: as many as the quantity. */
  seats: Record<string, readonly string[]>;
  /** Promo and access codes, in capitals. */
  codes: readonly string[];
  /** The idempotency key of the hold: the same while the same order is tried again. */
  holdKey: string;
}

/** How far paying for one booking has come. */
export interface Attempt {
  /** The key of the present attempt; a new one after each answer that was final. */
  key: string;
  /** Whether money has been sent for and the confirmation is awaited. */
  awaiting: boolean;
}

export interface CheckoutState {
  carts: Record<string, Cart>;
  attempts: Record<string, Attempt>;
}

export const emptyCheckout: CheckoutState = { carts: {}, attempts: {} };

function newKey(): string {
  return `web-${nanoid(24)}`;
}

/** Changes a cart under a new key: the server refuses one key for two different requests. Nothing wanted is no cart. */
function change(
  state: CheckoutState,
  { eventId, key }: { eventId: string; key: string },
  to: Partial<Cart>,
): void {
  const before = state.carts[eventId];
  const cart: Cart = { quantities: {}, seats: {}, codes: [], ...before, ...to, holdKey: key };
  if (Object.keys(cart.quantities).length === 0 && cart.codes.length === 0) delete state.carts[eventId];
  else state.carts[eventId] = cart;
}

function without<Value>(of: Record<string, Value> | undefined, id: string): Record<string, Value> {
  const { [id]: _, ...others } = of ?? {};
  return others;
}

export const checkoutSlice = createSlice({
  name: "checkout",
  initialState: emptyCheckout,
  reducers: {
    /** So many of a type, wherever they are: seats chosen by name before are forgotten. */
    quantityChosen: {
      prepare: (eventId: string, ticketTypeId: string, quantity: number) => ({
        payload: { eventId, ticketTypeId, quantity, key: newKey() },
      }),
      reducer(
        state,
        action: PayloadAction<{ eventId: string; ticketTypeId: string; quantity: number; key: string }>,
      ) {
        const { eventId, ticketTypeId, quantity } = action.payload;
        const cart = state.carts[eventId];
        change(state, action.payload, {
          quantities: {
            ...without(cart?.quantities, ticketTypeId),
            ...(quantity > 0 && { [ticketTypeId]: quantity }),
          },
          seats: without(cart?.seats, ticketTypeId),
        });
      },
    },
    /** These seats of a type and no others. */
    seatsChosen: {
      prepare: (eventId: string, ticketTypeId: string, seatIds: readonly string[]) => ({
        payload: { eventId, ticketTypeId, seatIds, key: newKey() },
      }),
      reducer(
        state,
        action: PayloadAction<{
          eventId: string;
          ticketTypeId: string;
          seatIds: readonly string[];
          key: string;
        }>,
      ) {
        const { eventId, ticketTypeId, seatIds } = action.payload;
        const cart = state.carts[eventId];
        const some = seatIds.length > 0;
        change(state, action.payload, {
          quantities: {
            ...without(cart?.quantities, ticketTypeId),
            ...(some && { [ticketTypeId]: seatIds.length }),
          },
          seats: { ...without(cart?.seats, ticketTypeId), ...(some && { [ticketTypeId]: [...seatIds] }) },
        });
      },
    },
    codeEntered: {
      prepare: (eventId: string, code: string) => ({
        payload: { eventId, code: code.trim().toUpperCase(), key: newKey() },
      }),
      reducer(state, action: PayloadAction<{ eventId: string; code: string; key: string }>) {
        const { eventId, code } = action.payload;
        const codes = state.carts[eventId]?.codes ?? [];
        if (!codes.includes(code)) change(state, action.payload, { codes: [...codes, code] });
      },
    },
    codeRemoved: {
      prepare: (eventId: string, code: string) => ({ payload: { eventId, code, key: newKey() } }),
      reducer(state, action: PayloadAction<{ eventId: string; code: string; key: string }>) {
        const { eventId, code } = action.payload;
        const codes = state.carts[eventId]?.codes ?? [];
        change(state, action.payload, { codes: codes.filter((each) => each !== code) });
      },
    },
    /** The hold was answered for good: the next one needs a new key. */
    holdAnswered: {
      prepare: (eventId: string, held: boolean) => ({ payload: { eventId, held, key: newKey() } }),
      reducer(state, action: PayloadAction<{ eventId: string; held: boolean; key: string }>) {
        const { eventId, held, key } = action.payload;
        const cart = state.carts[eventId];
        if (held) delete state.carts[eventId];
        else if (cart) cart.holdKey = key;
      },
    },
    attemptBegun: {
      prepare: (bookingId: string) => ({ payload: { bookingId, key: newKey() } }),
      reducer(state, action: PayloadAction<{ bookingId: string; key: string }>) {
        const { bookingId, key } = action.payload;
        state.attempts[bookingId] ??= { key, awaiting: false };
      },
    },
    attemptAccepted(state, action: PayloadAction<string>) {
      const attempt = state.attempts[action.payload];
      if (attempt) attempt.awaiting = true;
    },
    /** Declined or refused: the next try is a new attempt. */
    attemptEnded(state, action: PayloadAction<string>) {
      delete state.attempts[action.payload];
    },
  },
  extraReducers: (builder) => {
    builder.addCase(sessionChanged, (state, action) => {
      // Whoever logs in next on this machine does not inherit another's payments; the cart may stay.
      if (action.payload === null) state.attempts = {};
    });
  },
});

export const {
  quantityChosen,
  seatsChosen,
  codeEntered,
  codeRemoved,
  holdAnswered,
  attemptBegun,
  attemptAccepted,
  attemptEnded,
} = checkoutSlice.actions;

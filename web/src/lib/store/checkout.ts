import { createSlice, nanoid, type PayloadAction } from "@reduxjs/toolkit";
import { sessionChanged } from "./session";

/** What somebody wants of one event before it is held: ticket type id → how many. */
export interface Cart {
  quantities: Record<string, number>;
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

export const checkoutSlice = createSlice({
  name: "checkout",
  initialState: emptyCheckout,
  reducers: {
    quantityChosen: {
      prepare: (eventId: string, ticketTypeId: string, quantity: number) => ({
        payload: { eventId, ticketTypeId, quantity, key: newKey() },
      }),
      reducer(
        state,
        action: PayloadAction<{ eventId: string; ticketTypeId: string; quantity: number; key: string }>,
      ) {
        const { eventId, ticketTypeId, quantity, key } = action.payload;
        const quantities = { ...state.carts[eventId]?.quantities };
        if (quantity > 0) quantities[ticketTypeId] = quantity;
        else delete quantities[ticketTypeId];
        if (Object.keys(quantities).length === 0) delete state.carts[eventId];
        // Another order is another key: the server refuses one key for two different requests.
        else state.carts[eventId] = { quantities, holdKey: key };
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

export const { quantityChosen, holdAnswered, attemptBegun, attemptAccepted, attemptEnded } =
  checkoutSlice.actions;

import { configureStore } from "@reduxjs/toolkit";
import { useDispatch, useSelector } from "react-redux";
import type { Session } from "../session/session";
import { onSessionElsewhere, readSession, writeSession } from "../session/storage";
import { type CheckoutState, checkoutSlice, emptyCheckout } from "./checkout";
import { sessionChanged, sessionSlice } from "./session";

const checkoutKey = "marquee.checkout";

/** The checkout in progress outlives a reload and a way round by the login page, not the tab. */
function readCheckout(): CheckoutState {
  try {
    const text = sessionStorage.getItem(checkoutKey);
    return text === null
      ? emptyCheckout
      : { ...emptyCheckout, ...(JSON.parse(text) as Partial<CheckoutState>) };
  } catch {
    return emptyCheckout;
  }
}

export const store = configureStore({
  reducer: { session: sessionSlice.reducer, checkout: checkoutSlice.reducer },
  preloadedState: { session: { current: readSession() }, checkout: readCheckout() },
});

let saved = store.getState().checkout;
store.subscribe(() => {
  const { checkout } = store.getState();
  if (checkout === saved) return;
  saved = checkout;
  try {
    sessionStorage.setItem(checkoutKey, JSON.stringify(checkout));
  } catch {
    // Without storage the checkout lives as long as the page.
  }
});

onSessionElsewhere((session) => store.dispatch(sessionChanged(session)));

/** Logs this browser in, renews or, with null, forgets its session: in storage for all tabs, and here. */
export function keepSession(session: Session | null): void {
  writeSession(session);
  store.dispatch(sessionChanged(session));
}

export type RootState = ReturnType<typeof store.getState>;
export const useAppDispatch = useDispatch.withTypes<typeof store.dispatch>();
export const useAppSelector = useSelector.withTypes<RootState>();

/** The session of this browser; null without a login. */
export function useSession(): Session | null {
  return useAppSelector((state) => state.session.current);
}

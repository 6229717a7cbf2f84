import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Session } from "../session/session";

export interface SessionState {
  current: Session | null;
}

const initialState: SessionState = { current: null };

/** The session of this tab; a mirror of what the browser stores, so that pages are drawn anew when it changes. */
export const sessionSlice = createSlice({
  name: "session",
  initialState,
  reducers: {
    sessionChanged(state, action: PayloadAction<Session | null>) {
      state.current = action.payload;
    },
  },
});

export const { sessionChanged } = sessionSlice.actions;

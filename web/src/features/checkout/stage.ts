import type { BookingEndReason, BookingStatus, PaymentStatus } from "@/gql/graphql";

/** What the checkout shows. */
export type Stage =
  | "pay"
  | "confirm-free"
  | "action"
  | "awaiting"
  | "done"
  | "expired"
  | "expired-refund"
  | "released"
  | "cancelled";

interface Facts {
  status: BookingStatus;
  endReason?: BookingEndReason | null;
  holdExpiresAt?: string | null;
  total: { amount: number };
  payment?: { status: PaymentStatus } | null;
}

/** Whether money is on its way for this booking, or here. */
function moneyMoves(status: PaymentStatus | undefined): boolean {
  return status === "PENDING" || status === "CAPTURED";
}

/**
 * Where a booking stands at `now` (milliseconds, the server's). `awaiting` says that this browser has paid or
 * confirmed and waits for the answer: then the clock's end is not the end, the server decides.
 */
export function stageOf(booking: Facts, now: number, awaiting: boolean): Stage {
  const payment = booking.payment?.status;
  switch (booking.status) {
    case "CONFIRMED":
      return "done";
    case "CANCELLED":
      return "cancelled";
    case "EXPIRED":
      if (booking.endReason === "RELEASED") return "released";
      return payment !== undefined && payment !== "DECLINED" && payment !== "REQUIRES_ACTION"
        ? "expired-refund"
        : "expired";
    case "HELD":
      if (payment === "REQUIRES_ACTION") return isOver(booking, now) ? "expired" : "action";
      if (moneyMoves(payment) || (awaiting && payment !== "DECLINED")) return "awaiting";
      if (isOver(booking, now)) return "expired";
      return booking.total.amount === 0 ? "confirm-free" : "pay";
  }
}

function isOver(booking: Facts, now: number): boolean {
  return booking.holdExpiresAt != null && Date.parse(booking.holdExpiresAt) <= now;
}

/** Whether the server is to be asked again soon: something is under way there. */
export function isMoving(stage: Stage, tickets: number): boolean {
  return stage === "awaiting" || stage === "action" || (stage === "done" && tickets === 0);
}

/** What is left of a hold, `9:59`; `0:00` when it is over. */
export function countdown(expiresAt: string, now: number): { text: string; seconds: number } {
  const seconds = Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1000));
  return { text: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`, seconds };
}

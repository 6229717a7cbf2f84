/** Whether a ticket type can be bought now, and if not, why. */
export type Sale =
  | { state: "open" }
  | { state: "not-yet"; from: string }
  | { state: "over" }
  | { state: "sold-out" };

interface OnSale {
  salesStart?: string | null;
  salesEnd?: string | null;
  minPerOrder: number;
}

/**
 * How a type stands at `now` (milliseconds) with `available` seats left. Sales end with the event's start if the
 * type names no end. Fewer seats than one order must have are as good as none.
 */
export function saleOf(type: OnSale, eventStartsAt: string, available: number, now: number): Sale {
  if (type.salesStart && Date.parse(type.salesStart) > now)
    return { state: "not-yet", from: type.salesStart };
  if (Date.parse(type.salesEnd ?? eventStartsAt) <= now) return { state: "over" };
  if (available < type.minPerOrder) return { state: "sold-out" };
  return { state: "open" };
}

/** The next quantity when somebody steps from `from` to `to`: nothing below the minimum but zero, nothing above max. */
export function stepQuantity(from: number, to: number, min: number, max: number): number {
  if (to > from) return Math.min(Math.max(to, min), max);
  return to < min ? 0 : to;
}

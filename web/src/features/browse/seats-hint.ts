/** What is worth saying about the seats left, if anything. */
export type SeatsHint = "sold-out" | "last" | "fast" | null;

/** Names the number when 20 seats or fewer are left, and says "selling fast" below a tenth of the house. */
export function seatsHint(available: number, capacity: number): SeatsHint {
  if (available <= 0) return "sold-out";
  if (available <= 20) return "last";
  return available < capacity / 10 ? "fast" : null;
}

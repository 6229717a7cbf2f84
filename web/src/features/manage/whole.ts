/** A whole number as people type it; null for anything else. */
export function whole(text: string): number | null {
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : null;
}

/** A limit: 0, which means none, for an empty field; null for what is no number of at least 1. */
export function limit(text: string): number | null {
  if (text.trim() === "") return 0;
  const count = whole(text);
  return count === 0 ? null : count;
}

/** Percent with up to two decimals in basis points, 0 to 10,000; an empty field is 0, anything else null. */
export function basisPoints(text: string): number | null {
  const match = /^\s*(\d{0,3})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  if (!match) return null;
  const points = Number(`${match[1] || 0}${(match[2] ?? "").padEnd(2, "0")}`);
  return points <= 10_000 ? points : null;
}

/** Basis points as percent, without needless zeros; empty for 0. */
export function percentText(points: number): string {
  return points === 0 ? "" : String(points / 100);
}

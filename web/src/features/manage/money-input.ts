import { currencyDigits } from "@/lib/format/format";

/**
 * Reads an amount as people type it, with a point or a comma before the decimals, into minor units; null if it is
 * no amount or has more decimals than the currency. `12,5` and `12.50` EUR are 1250; nothing is computed in floats.
 */
export function readAmount(text: string, currency: string): number | null {
  const digits = currencyDigits(currency);
  const match = /^\s*(\d{1,12})(?:[.,](\d*))?\s*$/.exec(text);
  if (!match) return null;
  const decimals = match[2] ?? "";
  if (decimals.length > digits) return null;
  const amount = Number(`${match[1]}${decimals.padEnd(digits, "0")}`);
  return Number.isSafeInteger(amount) ? amount : null;
}

/** Writes minor units as `readAmount` reads them. */
export function writeAmount(amount: number, currency: string): string {
  const digits = currencyDigits(currency);
  if (digits === 0) return String(amount);
  const text = String(amount).padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** What the form holds while somebody types. */
export interface CardDraft {
  number: string;
  expiry: string;
  cvc: string;
}

export interface Card {
  number: string;
  expiryMonth: number;
  expiryYear: number;
  cvc: string;
}

export type CardProblem = "number" | "expiry" | "cvc";

/** Digits in groups of four, at most 19 of them. */
export function groupDigits(text: string): string {
  const digits = text.replace(/\D/g, "").slice(0, 19);
  return digits.replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** `1230` and `12/30` and `12 / 2030` become `12 / 30`; a first digit above 1 is a month of its own. */
export function formatExpiry(text: string): string {
  let digits = text.replace(/\D/g, "");
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  if (digits.length > 4)
    digits = digits.slice(0, 2) + (digits.slice(2, 4) === "20" ? digits.slice(4, 6) : digits.slice(2, 4));
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

/** The check digit that every card number ends with (ISO/IEC 7812-1, Luhn). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    let digit = Number(digits[digits.length - 1 - at]);
    if (at % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The card, or what is plainly wrong with it; what only the provider can know is left to the provider. */
export function readCard(draft: CardDraft): { card: Card } | { problems: CardProblem[] } {
  const number = draft.number.replace(/\D/g, "");
  const [month = "", year = ""] = draft.expiry.split("/").map((part) => part.trim());
  const problems: CardProblem[] = [];
  if (number.length < 12 || number.length > 19 || !passesLuhn(number)) problems.push("number");
  const expiryMonth = Number(month);
  if (!/^\d{2}$/.test(month) || expiryMonth < 1 || expiryMonth > 12 || !/^\d{2}$/.test(year))
    problems.push("expiry");
  if (!/^\d{3,4}$/.test(draft.cvc.trim())) problems.push("cvc");
  if (problems.length > 0) return { problems };
  return { card: { number, expiryMonth, expiryYear: 2000 + Number(year), cvc: draft.cvc.trim() } };
}

/** A card of the sandbox as the form wants it: any date to come, any code. */
export function sandboxDraft(number: string, now: Date): CardDraft {
  return {
    number: groupDigits(number),
    expiry: `12 / ${String((now.getFullYear() + 2) % 100).padStart(2, "0")}`,
    cvc: "123",
  };
}

import type { PromoKind } from "@/gql/graphql";
import { instantToWall, wallToInstant } from "@/lib/format/zone";
import type { Phrase } from "@/lib/i18n/i18n";
import { readAmount, writeAmount } from "./money-input";

/** A promo code while it is edited: everything is text, as the fields hold it. Times are wall times of the event's zone. */
export interface PromoDraft {
  code: string;
  kind: PromoKind;
  value: string;
  /** Ids of the ticket types it is for; none: all. */
  types: readonly string[];
  maxUses: string;
  perPerson: string;
  validFrom: string;
  validUntil: string;
  active: boolean;
}

export interface PromoInput {
  code: string;
  kind: PromoKind;
  value: number;
  ticketTypeIds: string[];
  maxUses: number | null;
  perPerson: number | null;
  validFrom: string | null;
  validUntil: string | null;
}

interface Stored {
  code: string;
  kind: PromoKind;
  value: number;
  ticketTypeIds: readonly (string | number)[];
  maxUses?: number | null;
  perPerson?: number | null;
  validFrom?: string | null;
  validUntil?: string | null;
  active: boolean;
}

export function newPromo(): PromoDraft {
  return {
    code: "",
    kind: "PERCENTAGE",
    value: "10",
    types: [],
    maxUses: "",
    perPerson: "",
    validFrom: "",
    validUntil: "",
    active: true,
  };
}

/** What a code takes off, as people write it: `12.5` percent or an amount. */
export function writeValue(kind: PromoKind, value: number, currency: string): string {
  if (kind === "ACCESS") return "";
  return kind === "PERCENTAGE" ? String(value / 100) : writeAmount(value, currency);
}

export function promoDraftOf(code: Stored, zone: string, currency: string): PromoDraft {
  const wall = (instant: string | null | undefined) => (instant ? instantToWall(instant, zone) : "");
  return {
    code: code.code,
    kind: code.kind,
    value: writeValue(code.kind, code.value, currency),
    types: code.ticketTypeIds.map(String),
    maxUses: code.maxUses == null ? "" : String(code.maxUses),
    perPerson: code.perPerson == null ? "" : String(code.perPerson),
    validFrom: wall(code.validFrom),
    validUntil: wall(code.validUntil),
    active: code.active,
  };
}

/** A whole number of at least 1, null for nothing, undefined for anything else. */
function count(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  return /^\s*[1-9]\d{0,6}\s*$/.test(text) ? Number(text) : undefined;
}

/** The draft as input, or what is plainly wrong with it by field; the server checks everything again. */
export function readPromo(
  draft: PromoDraft,
  zone: string,
  currency: string,
): { input: PromoInput } | { problems: Record<string, Phrase> } {
  const problems: Record<string, Phrase> = {};
  if (!/^\s*[\w-]{3,40}\s*$/.test(draft.code)) problems.code = "codes.badCode";
  // Percent have two decimals, as euros have: basis points are their minor units.
  const value =
    draft.kind === "ACCESS" ? 0 : readAmount(draft.value, draft.kind === "PERCENTAGE" ? "EUR" : currency);
  if (draft.kind === "PERCENTAGE" && (value === null || value < 1 || value > 10_000))
    problems.value = "codes.badPercent";
  if (draft.kind === "AMOUNT" && (value === null || value < 1)) problems.value = "codes.badAmount";
  const maxUses = count(draft.maxUses);
  const perPerson = count(draft.perPerson);
  if (maxUses === undefined) problems.maxUses = "codes.badCount";
  if (perPerson === undefined) problems.perPerson = "codes.badCount";
  const validFrom = draft.validFrom ? wallToInstant(draft.validFrom, zone) : null;
  const validUntil = draft.validUntil ? wallToInstant(draft.validUntil, zone) : null;
  if (validFrom && validUntil && validUntil <= validFrom) problems.validUntil = "codes.badEnd";
  if (Object.keys(problems).length > 0 || value === null || maxUses === undefined || perPerson === undefined)
    return { problems };
  return {
    input: {
      code: draft.code.trim().toUpperCase(),
      kind: draft.kind,
      value,
      ticketTypeIds: [...draft.types],
      maxUses,
      perPerson,
      validFrom,
      validUntil,
    },
  };
}

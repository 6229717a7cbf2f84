import type { TicketKind } from "@/gql/graphql";

/** A ticket type with the limits of one order. */
export interface Limited {
  id: string;
  kind: TicketKind;
  minPerOrder: number;
  maxPerOrder: number;
  perPersonLimit?: number | null;
  maxPerAdmission?: number | null;
}

/** What a type may be taken of, and what of that is wanted. */
export interface Settled {
  quantity: number;
  max: number;
}

/**
 * How much of what is wanted one order may have, and the most it could have of each type: by the limits of the type,
 * by the seats left of it (`available`, 0 when it is not on sale), by the seats left of all admissions together and the
 * event's limit per person (`together`), and for add-ons by the admissions they go with. Fewer than the least per order
 * is none. Earlier types win over later ones.
 */
export function settle(
  types: readonly (Limited & { available: number })[],
  wanted: Readonly<Record<string, number>>,
  together: number,
): Map<string, Settled> {
  const settled = new Map<string, Settled>();
  const take = (type: Limited, most: number) => {
    const max = most < type.minPerOrder ? 0 : most;
    const quantity = Math.min(wanted[type.id] ?? 0, max);
    return { max, quantity: quantity < type.minPerOrder ? 0 : quantity };
  };
  const own = (type: Limited & { available: number }) =>
    Math.min(type.maxPerOrder, type.available, type.perPersonLimit ?? Number.POSITIVE_INFINITY);

  const admissions = types.filter(({ kind }) => kind === "ADMISSION");
  let left = together;
  for (const type of admissions) {
    const { quantity } = take(type, Math.min(own(type), left));
    settled.set(type.id, { quantity, max: 0 });
    left -= quantity;
  }
  let admitted = 0;
  for (const type of admissions) {
    const { quantity } = settled.get(type.id) ?? { quantity: 0 };
    admitted += quantity;
    settled.set(type.id, { quantity, max: take(type, Math.min(own(type), left + quantity)).max });
  }
  for (const type of types) {
    if (type.kind !== "ADD_ON") continue;
    const most =
      admitted === 0 ? 0 : Math.min(own(type), admitted * (type.maxPerAdmission ?? Number.POSITIVE_INFINITY));
    settled.set(type.id, take(type, most));
  }
  return settled;
}

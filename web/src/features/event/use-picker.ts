import { useEffect } from "react";
import { type FragmentType, readFragment } from "@/gql";
import type { TicketKind, TicketPickerFragment } from "@/gql/graphql";
import { useServerNow } from "@/lib/hooks/now";
import { quantityChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { availabilityFragment } from "./availability";
import { settle } from "./order";
import { saleOf } from "./sale";
import { saleTypeFragment } from "./sale-type";
import type { Row } from "./ticket-row";
import type { Offers } from "./use-offers";

/** The order that is being put together: its rows, and what they come to. */
export interface Picker {
  rows: readonly Row[];
  /** How many admissions. */
  count: number;
  /** How many add-ons. */
  extras: number;
  total: { amount: number; currency: string };
  /** Whether anything can be bought now. */
  open: boolean;
}

/** The rows of an event with what is left, what codes do to them, and what is wanted, within all limits. */
export function usePicker(event: TicketPickerFragment, offers: Offers): Picker {
  const dispatch = useAppDispatch();
  const now = useServerNow(20_000);
  const cart = useAppSelector((state) => state.checkout.carts[event.id]);
  const seats = readFragment(availabilityFragment, event.availability);

  const prices = new Map(
    offers.offers.flatMap((offer) => offer.prices.map((each) => [each.ticketType.id, each.price] as const)),
  );
  const left = (id: string) => seats?.ticketTypes.find(({ ticketType }) => ticketType.id === id)?.available;
  const sold = (masked: FragmentType<typeof saleTypeFragment>, available: number, unlocked: boolean) => {
    const type = readFragment(saleTypeFragment, masked);
    const sale = saleOf(type, event.startsAt, available, now);
    return { type, available, sale, unlocked, price: prices.get(type.id) ?? type.price };
  };
  const types = [
    // The organiser's list has those too that are not public: this page shows what everybody sees.
    ...event.ticketTypes
      .map((type) => sold(type, left(type.id) ?? 0, false))
      .filter(({ type }) => type.visibility === "PUBLIC"),
    ...offers.extras.map(({ type, available }) => sold(type, left(type.id) ?? available, true)),
  ];
  const settled = settle(
    types.map(({ type, sale, available }) => ({ ...type, available: sale.state === "open" ? available : 0 })),
    cart?.quantities ?? {},
    Math.min(seats?.available ?? 0, event.perPersonLimit ?? Number.POSITIVE_INFINITY),
  );
  const rows = types.map((each) => ({ ...each, ...(settled.get(each.type.id) ?? { quantity: 0, max: 0 }) }));

  // What others took while this page was open leaves the cart; what a code is still being asked about stays.
  useEffect(() => {
    for (const { type, quantity } of rows) {
      const wanted = cart?.quantities[type.id] ?? 0;
      if (seats && wanted !== quantity) dispatch(quantityChosen(event.id, type.id, quantity));
    }
  });

  const countOf = (kind: TicketKind) =>
    rows.reduce((sum, { type, quantity }) => sum + (type.kind === kind ? quantity : 0), 0);
  return {
    rows,
    count: countOf("ADMISSION"),
    extras: countOf("ADD_ON"),
    total: {
      amount: rows.reduce((sum, row) => sum + row.quantity * row.price.amount, 0),
      currency: rows[0]?.price.currency ?? "EUR",
    },
    open: rows.some(({ sale }) => sale.state === "open"),
  };
}

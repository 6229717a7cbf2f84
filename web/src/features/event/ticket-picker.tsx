import { Radio } from "lucide-react";
import { useEffect } from "react";
import { useSubscription } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Ticker } from "@/components/ui/ticker";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useConnectionState } from "@/lib/graphql/connection";
import { useServerNow } from "@/lib/hooks/now";
import { useI18n } from "@/lib/i18n/i18n";
import { quantityChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { availabilityFragment, seatsSubscription } from "./availability";
import { saleOf } from "./sale";
import { TicketRow } from "./ticket-row";
import { useReserve } from "./use-reserve";

export const ticketPickerFragment = graphql(`
  fragment TicketPicker on Event {
    id
    slug
    status
    startsAt
    timeZone
    ticketTypes {
      id
      name
      description
      price {
        amount
        currency
      }
      capacity
      salesStart
      salesEnd
      minPerOrder
      maxPerOrder
    }
    availability {
      ...LiveAvailability
    }
  }
`);

/** The tickets with their living numbers, and the button that holds seats. */
export function TicketPicker({ event }: { event: FragmentType<typeof ticketPickerFragment> }) {
  const { say, format } = useI18n();
  const dispatch = useAppDispatch();
  const now = useServerNow(20_000);
  const live = useConnectionState() === "connected";
  const { id, status, startsAt, timeZone, ticketTypes, availability } = readFragment(
    ticketPickerFragment,
    event,
  );
  const published = status === "PUBLISHED";
  useSubscription({ query: seatsSubscription, variables: { eventId: id }, pause: !published });
  const seats = readFragment(availabilityFragment, availability);
  const cart = useAppSelector((state) => state.checkout.carts[id]);
  const { reserve, busy, problem } = useReserve(id);

  const rows = ticketTypes.map((type) => {
    const available = seats?.ticketTypes.find(({ ticketType }) => ticketType.id === type.id)?.available ?? 0;
    const sale = saleOf(type, startsAt, available, now);
    const wanted = cart?.quantities[type.id] ?? 0;
    return {
      type,
      available,
      sale,
      wanted,
      quantity: sale.state === "open" ? Math.min(wanted, sale.max) : 0,
    };
  });

  // Seats that others took while this page was open leave the cart.
  useEffect(() => {
    for (const { type, wanted, quantity } of rows) {
      if (wanted !== quantity) dispatch(quantityChosen(id, type.id, quantity));
    }
  });

  const count = rows.reduce((sum, row) => sum + row.quantity, 0);
  const amount = rows.reduce((sum, row) => sum + row.quantity * row.type.price.amount, 0);
  const currency = ticketTypes[0]?.price.currency ?? "EUR";
  const total = amount === 0 ? say("event.free") : format.money({ amount, currency });
  const open = rows.some(({ sale }) => sale.state === "open");

  return (
    <>
      <Card className="overflow-hidden">
        <div className="flex items-center justify-between gap-4 px-5 pt-5">
          <h2 className="font-display text-title font-bold">{say("event.tickets")}</h2>
          {live && published && (
            <span className="flex items-center gap-1.5 text-caption font-semibold text-ok">
              <Radio aria-hidden className="size-4 animate-twinkle" />
              {say("event.live")}
            </span>
          )}
        </div>
        {seats && published && (
          <p className="px-5 pt-1 text-sm text-muted" data-testid="seats-left">
            <Ticker value={seats.available}>{say("event.seatsLeft", { count: seats.available })}</Ticker>
          </p>
        )}
        {ticketTypes.length === 0 ? (
          <p className="p-5 text-muted">{say("event.noTickets")}</p>
        ) : (
          <ul className="divide-y px-5">
            {rows.map((row) => (
              <TicketRow
                key={row.type.id}
                {...row}
                timeZone={timeZone}
                onChange={(quantity) => dispatch(quantityChosen(id, row.type.id, quantity))}
              />
            ))}
          </ul>
        )}
        {problem && (
          <Notice kind="bad" className="mx-5 mb-4">
            {problem}
          </Notice>
        )}
        {published && open && (
          <div className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] shadow-lift lg:static lg:bg-sunken/60 lg:py-5 lg:shadow-none">
            <div className="flex items-center justify-between gap-4 lg:mb-3">
              <p className="min-w-0 text-sm text-muted">
                {count === 0 ? (
                  say("event.chooseTickets")
                ) : (
                  <>
                    {say("event.chosen", { count })}
                    <span className="block text-lg font-bold text-ink">{total}</span>
                  </>
                )}
              </p>
              <Button
                look="primary"
                className="lg:hidden"
                disabled={count === 0}
                busy={busy}
                onClick={reserve}
              >
                {say("event.reserve")}
              </Button>
            </div>
            <Button
              look="primary"
              size="large"
              wide
              className="max-lg:hidden"
              disabled={count === 0}
              busy={busy}
              onClick={reserve}
            >
              {say("event.reserve")}
            </Button>
            <p className="mt-2 hidden text-center text-caption text-muted lg:block">
              {say("event.reserveHint")}
            </p>
          </div>
        )}
      </Card>
      {!published && (
        <Notice kind="warn" className="mt-4">
          {say(status === "CANCELLED" ? "event.cancelledHint" : "event.draftHint")}
        </Notice>
      )}
    </>
  );
}

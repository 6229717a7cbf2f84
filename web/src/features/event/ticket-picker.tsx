import { Radio } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useSubscription } from "urql";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Ticker } from "@/components/ui/ticker";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useConnectionState } from "@/lib/graphql/connection";
import { useI18n } from "@/lib/i18n/i18n";
import { quantityChosen, seatsChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { availabilityFragment, seatsSubscription } from "./availability";
import { PromoCode } from "./promo-code";
import { Refusal, type WaysOn } from "./refusal";
import { ReserveBar } from "./reserve-bar";
import { TicketRow } from "./ticket-row";
import { TypeSeats } from "./type-seats";
import { useOffers } from "./use-offers";
import { usePicker } from "./use-picker";
import { type Refused, useReserve } from "./use-reserve";

// Only who comes to an event with numbered seats, and wants to choose, loads the map.
const SeatPicker = lazy(async () => ({ default: (await import("./seats/seat-picker")).SeatPicker }));

export const ticketPickerFragment = graphql(`
  fragment TicketPicker on Event {
    id
    status
    startsAt
    timeZone
    perPersonLimit
    category {
      id
      slug
    }
    questions {
      id
    }
    seating {
      sections {
        ticketType {
          id
        }
      }
    }
    ticketTypes {
      id
      ...SaleType
    }
    availability {
      ...LiveAvailability
    }
  }
`);

/** The id of the ticket type that a refusal is about, by its place in the order. */
function refusedType(refusals: readonly Refused[], order: readonly string[]): string | undefined {
  for (const { field } of refusals) {
    const at = field?.indexOf("items") ?? -1;
    const id = at >= 0 ? order[Number(field?.[at + 1])] : undefined;
    if (id) return id;
  }
  return order[0];
}

/** The tickets with their living numbers, extras and codes, and the button that holds seats. */
export function TicketPicker({
  event: masked,
  again,
}: {
  event: FragmentType<typeof ticketPickerFragment>;
  /** Asks for the event anew. */
  again: () => void;
}) {
  const { say } = useI18n();
  const dispatch = useAppDispatch();
  const live = useConnectionState() === "connected";
  const event = readFragment(ticketPickerFragment, masked);
  const { id, status, timeZone, perPersonLimit } = event;
  const published = status === "PUBLISHED";
  useSubscription({ query: seatsSubscription, variables: { eventId: id }, pause: !published });
  const seats = readFragment(availabilityFragment, event.availability);
  const chosenSeats = useAppSelector((state) => state.checkout.carts[id]?.seats);
  const offers = useOffers(id);
  const picker = usePicker(event, offers);
  const { reserve, busy, refusals, problem, forget } = useReserve(id);
  const [codeOpen, setCodeOpen] = useState(false);
  const [mapFor, setMapFor] = useState<string>();
  const seated = new Set(event.seating?.sections.map(({ ticketType }) => ticketType.id));

  const { rows } = picker;
  const ordered = rows.filter(({ quantity }) => quantity > 0);
  const change = (typeId: string, quantity: number) => {
    forget();
    dispatch(quantityChosen(id, typeId, quantity));
  };
  const reserveAll = () =>
    reserve({
      items: ordered.map(({ type, quantity }) => ({
        ticketTypeId: type.id,
        quantity,
        seatIds: chosenSeats?.[type.id]?.slice() ?? [],
      })),
      codes: offers.offers.map(({ code }) => code),
      // What the organiser asks is answered while the seats are held.
      confirmIfFree: event.questions.length === 0,
    });
  const refused = refusedType(
    refusals,
    ordered.map(({ type }) => type.id),
  );
  const most = Math.max(1, ...ordered.map(({ quantity }) => quantity));
  const ways: WaysOn = {
    admissions: rows
      .filter(({ type, max }) => type.kind === "ADMISSION" && max > 0)
      .map(({ type }) => ({ id: type.id, name: type.name })),
    elsewhere: `/?category=${event.category.slug}`,
    takeInstead: (typeId) => {
      if (refused) dispatch(quantityChosen(id, refused, 0));
      change(typeId, most);
      again();
    },
    add: (typeId) => change(typeId, 1),
    takeFewer: () => {
      const row = rows.find(({ type }) => type.id === refused);
      if (row && chosenSeats?.[row.type.id]) {
        dispatch(seatsChosen(id, row.type.id, []));
        setMapFor(row.type.id);
      } else if (row) dispatch(quantityChosen(id, row.type.id, row.quantity - 1));
      forget();
      again();
    },
    enterCode: () => {
      forget();
      setCodeOpen(true);
    },
    again: reserveAll,
  };

  const groups = [
    { name: "tickets", shown: rows.filter(({ type }) => type.kind === "ADMISSION") },
    { name: "addOns", shown: rows.filter(({ type }) => type.kind === "ADD_ON") },
  ];

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
          <p className="px-5 pt-1 text-sm text-muted">
            <span data-testid="seats-left">
              <Ticker value={seats.available}>{say("event.seatsLeft", { count: seats.available })}</Ticker>
            </span>
            {perPersonLimit != null && ` · ${say("sale.eventPersonMax", { count: perPersonLimit })}`}
          </p>
        )}
        {rows.length === 0 && <p className="p-5 text-muted">{say("event.noTickets")}</p>}
        {groups.map(
          ({ name, shown }) =>
            shown.length > 0 && (
              <div key={name}>
                {name === "addOns" && (
                  <h3 className="border-t bg-sunken/60 px-5 py-2 text-sm font-semibold">
                    {say("sale.addOns")}
                  </h3>
                )}
                <ul className="divide-y px-5">
                  {shown.map((row) => (
                    <TicketRow
                      key={row.type.id}
                      row={row}
                      timeZone={timeZone}
                      byName={(chosenSeats?.[row.type.id]?.length ?? 0) > 0}
                      onChange={(quantity) => change(row.type.id, quantity)}
                    >
                      {seated.has(row.type.id) && row.sale.state === "open" && (
                        <TypeSeats
                          eventId={id}
                          row={row}
                          onOpen={() => {
                            forget();
                            setMapFor(row.type.id);
                          }}
                        />
                      )}
                    </TicketRow>
                  ))}
                </ul>
              </div>
            ),
        )}
        {published && picker.open && (
          <PromoCode eventId={id} offers={offers} open={codeOpen} onOpen={() => setCodeOpen(true)} />
        )}
        {problem && (
          <Notice kind="bad" className="mx-5 mb-4">
            {problem}
          </Notice>
        )}
        {refusals.length > 0 && <Refusal refusals={refusals} ways={ways} />}
        {published && picker.open && (
          <ReserveBar picker={picker} busy={busy} disabled={offers.busy} onReserve={reserveAll} />
        )}
      </Card>
      {mapFor && (
        <Suspense>
          <SeatPicker
            eventId={id}
            rows={rows}
            revision={seats?.revision ?? 0}
            typeId={mapFor}
            open
            onOpenChange={(open) => !open && setMapFor(undefined)}
          />
        </Suspense>
      )}
      {!published && (
        <Notice kind="warn" className="mt-4">
          {say(status === "CANCELLED" ? "event.cancelledHint" : "event.draftHint")}
        </Notice>
      )}
    </>
  );
}

import { Printer, TicketX } from "lucide-react";
import { useEffect } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { TicketStub } from "@/components/ticket/ticket-stub";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Notice } from "@/components/ui/notice";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import type { BookingEndReason } from "@/gql/graphql";
import { serverNow } from "@/lib/clock";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { BookingPapers } from "./booking-papers";
import { BookingReceipt } from "./booking-receipt";
import { bookingStates } from "./booking-state";
import { CancelBooking } from "./cancel-booking";
import { Guests } from "./guests";
import { ReissueTicket } from "./reissue-ticket";
import { TicketFiles } from "./ticket-files";

const bookingQuery = graphql(`
  query BookingPage($id: ID!) {
    booking(id: $id) {
      id
      reference
      status
      endReason
      confirmedAt
      endedAt
      total {
        amount
        currency
      }
      payment {
        id
        status
      }
      tickets {
        id
        status
        ...TicketStub
      }
      event {
        id
        slug
        title
        startsAt
        timeZone
        venue {
          id
          name
          address
          city
        }
      }
      ...BookingReceipt
      ...GuestParts
    }
  }
`);

const reasons: Record<BookingEndReason, Phrase> = {
  HOLD_EXPIRED: "tickets.endedHold",
  RELEASED: "tickets.endedReleased",
  CANCELLED_BY_HOLDER: "tickets.endedByYou",
  REFUNDED: "tickets.endedRefunded",
  EVENT_CANCELLED: "tickets.endedEvent",
};

/** One booking: its tickets to show at the door, what was paid, and the way to cancel. */
export function BookingPage({ id }: { id: string }) {
  const { say, format } = useI18n();
  const [{ data, error }, again] = useQuery({
    query: bookingQuery,
    variables: { id },
    requestPolicy: "cache-and-network",
  });
  // The money goes back a moment after the seats: the receipt follows.
  const refunding =
    data?.booking?.endedAt != null &&
    data.booking.payment?.status === "CAPTURED" &&
    serverNow() - Date.parse(data.booking.endedAt) < 120_000;
  useEffect(() => {
    if (!refunding) return;
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), 1_500);
    return () => clearInterval(timer);
  }, [refunding, again]);

  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) {
    return (
      <div role="status" aria-label={say("common.loading")} className="page max-w-4xl py-10">
        <Skeleton className="h-9 w-72" />
        <Skeleton className="mt-8 h-96 max-w-xs rounded-card" />
      </div>
    );
  }
  const { booking } = data;
  if (!booking) {
    return (
      <Empty
        icon={TicketX}
        title={say("tickets.missingTitle")}
        action={<ButtonLink to="/tickets">{say("shell.tickets")}</ButtonLink>}
      >
        {say("tickets.missingText")}
      </Empty>
    );
  }
  const { event, tickets, status } = booking;
  const state = bookingStates[status];
  const cancellable =
    status === "CONFIRMED" &&
    Date.parse(event.startsAt) > serverNow() &&
    tickets.every((ticket) => ticket.status === "VALID");
  return (
    <div className="page max-w-5xl py-8 sm:py-10">
      <Link
        to="/tickets"
        className="mb-4 inline-block text-sm font-semibold text-brand hover:underline"
        data-print="hide"
      >
        ← {say("tickets.title")}
      </Link>
      <PageTitle
        lead={
          <>
            {format.longDay(event.startsAt, event.timeZone)}, {format.time(event.startsAt, event.timeZone)}
            {event.venue && ` · ${event.venue.name}, ${event.venue.address}, ${event.venue.city}`}
          </>
        }
        actions={
          tickets.some((ticket) => ticket.status === "VALID") && (
            <div className="flex flex-wrap gap-2" data-print="hide">
              <Button size="small" onClick={() => window.print()} data-print="hide">
                <Printer aria-hidden className="size-4" />
                {say("tickets.print")}
              </Button>
              <TicketFiles bookingId={booking.id} />
            </div>
          )
        }
      >
        {event.title}
      </PageTitle>
      <div className="mb-6 flex flex-wrap items-center gap-3 text-sm text-muted">
        <Badge tone={state.tone}>{say(state.name)}</Badge>
        <span>{say("checkout.reference", { reference: booking.reference })}</span>
        <Link
          to={`/events/${event.slug}`}
          className="font-semibold text-brand hover:underline"
          data-print="hide"
        >
          {say("tickets.toEvent")}
        </Link>
      </div>
      {status === "HELD" && (
        <Notice kind="warn" className="mb-6">
          <Link to={`/checkout/${booking.id}`} className="font-semibold underline">
            {say("tickets.finish")}
          </Link>
        </Notice>
      )}
      {booking.endReason && <Notice className="mb-6">{say(reasons[booking.endReason])}</Notice>}
      <div className="grid gap-6 [grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))]">
        {tickets.map((ticket, at) => (
          <div key={ticket.id}>
            <TicketStub ticket={ticket} number={at + 1} of={tickets.length} />
            {ticket.status === "VALID" && <ReissueTicket ticketId={ticket.id} number={at + 1} />}
          </div>
        ))}
      </div>
      <div className="mt-10 grid gap-6 lg:grid-cols-2" data-print="hide">
        <BookingReceipt booking={booking} />
        {booking.payment &&
          ["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"].includes(booking.payment.status) && (
            <BookingPapers
              // Money that moved brings another paper.
              key={booking.payment.status}
              bookingId={booking.id}
              expected={booking.payment.status.includes("REFUNDED") ? 2 : 1}
            />
          )}
        {booking.confirmedAt && (
          <Guests
            booking={booking}
            open={status === "CONFIRMED" && Date.parse(event.startsAt) > serverNow()}
          />
        )}
      </div>
      {cancellable && (
        <div className="mt-8 border-t pt-6" data-print="hide">
          <CancelBooking bookingId={booking.id} timeZone={event.timeZone} />
        </div>
      )}
    </div>
  );
}

import { useState } from "react";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Badge, type Tone } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { TextField } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import type { BookingStatus, DisputeStatus } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useServerNow } from "@/lib/hooks/now";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { Refund } from "./refund";

const bookingsQuery = graphql(`
  query EventBookings($id: ID!, $status: BookingStatus, $first: Int!, $after: String) {
    event(id: $id) {
      id
      bookings(status: $status, first: $first, after: $after) {
        nodes {
          id
          reference
          status
          quantity
          createdAt
          total {
            amount
            currency
          }
          user {
            id
            name
          }
          payment {
            id
            dispute {
              status
              reason
            }
          }
          ...RefundParts
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

const states: Record<BookingStatus, { tone: Tone; name: Phrase }> = {
  HELD: { tone: "warn", name: "tickets.held" },
  CONFIRMED: { tone: "ok", name: "tickets.confirmed" },
  EXPIRED: { tone: "neutral", name: "tickets.expired" },
  CANCELLED: { tone: "bad", name: "tickets.cancelled" },
};

const disputes: Record<DisputeStatus, { tone: Tone; name: Phrase }> = {
  NEEDS_RESPONSE: { tone: "warn", name: "payouts.disputeOpen" },
  WON: { tone: "neutral", name: "payouts.disputeWon" },
  LOST: { tone: "bad", name: "payouts.disputeLost" },
};

/** Who has booked, newest first: found by name or reference, refunded here. */
export function BookingsList({ eventId }: { eventId: string }) {
  const { say, format } = useI18n();
  const now = useServerNow(30_000);
  const [status, setStatus] = useState<BookingStatus | "">("CONFIRMED");
  const [typed, setTyped] = useState("");
  const list = usePages(
    bookingsQuery,
    { id: eventId, status: status || null },
    50,
    (data) => data.event?.bookings,
  );
  const words = typed.trim().toLowerCase();
  const bookings = list.nodes.filter(
    ({ reference, user }) =>
      reference.toLowerCase().includes(words) || user.name.toLowerCase().includes(words),
  );
  return (
    <Card className="min-w-0 p-5">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <h2 className="font-display text-lg font-bold">{say("manage.bookings")}</h2>
        <div className="flex gap-2">
          <TextField
            hideLabel
            label={say("manage.findBooking")}
            placeholder={say("manage.findBooking")}
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <select
            aria-label={say("manage.statusFilter")}
            className="h-11 rounded-control border border-line-strong bg-surface px-3 text-sm"
            value={status}
            onChange={(event) => setStatus(event.target.value as BookingStatus | "")}
          >
            <option value="">{say("manage.allStatuses")}</option>
            {(Object.keys(states) as BookingStatus[]).map((each) => (
              <option key={each} value={each}>
                {say(states[each].name)}
              </option>
            ))}
          </select>
        </div>
      </div>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && <Skeleton className="h-48" />}
      {list.ready && bookings.length === 0 && (
        <p className="py-10 text-center text-muted">{say(words ? "manage.noMatch" : "manage.noBookings")}</p>
      )}
      <ul className="divide-y">
        {bookings.map((booking) => (
          <li key={booking.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
            <div className="min-w-40 grow">
              <p className="font-semibold">{booking.user.name}</p>
              <p className="text-caption text-muted">
                <span className="font-mono">{booking.reference}</span> ·{" "}
                {say("tickets.count", { count: booking.quantity })} · {format.ago(booking.createdAt, now)}
              </p>
            </div>
            {booking.payment?.dispute && (
              <span title={booking.payment.dispute.reason}>
                <Badge tone={disputes[booking.payment.dispute.status].tone}>
                  {say(disputes[booking.payment.dispute.status].name)}
                </Badge>
              </span>
            )}
            <Badge tone={states[booking.status].tone}>{say(states[booking.status].name)}</Badge>
            <span className="w-28 text-right tabular-nums">{format.money(booking.total)}</span>
            <span className="w-24 text-right">
              <Refund booking={booking} onDone={list.again} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </Card>
  );
}

import { Card } from "@/components/ui/card";
import { type FragmentType, graphql, readFragment } from "@/gql";
import type { DisputeStatus, PaymentStatus } from "@/gql/graphql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";

export const bookingReceiptFragment = graphql(`
  fragment BookingReceipt on Booking {
    id
    total {
      amount
      currency
    }
    items {
      name
      quantity
      total {
        amount
        currency
      }
      seats {
        id
        label
      }
      ticketType {
        id
      }
    }
    payment {
      id
      status
      method
      refunded {
        amount
        currency
      }
      dispute {
        status
        openedAt
        closedAt
        amount {
          amount
          currency
        }
      }
    }
  }
`);

const states: Record<PaymentStatus, Phrase> = {
  PENDING: "tickets.paymentPending",
  REQUIRES_ACTION: "tickets.paymentAction",
  CAPTURED: "tickets.paymentCaptured",
  DECLINED: "tickets.paymentDeclined",
  PARTIALLY_REFUNDED: "tickets.paymentPartly",
  REFUNDED: "tickets.paymentRefunded",
};

const disputes: Record<DisputeStatus, Phrase> = {
  NEEDS_RESPONSE: "dispute.open",
  WON: "dispute.won",
  LOST: "dispute.lost",
};

/** What was bought, how it was paid, and what went back. */
export function BookingReceipt({ booking }: { booking: FragmentType<typeof bookingReceiptFragment> }) {
  const { say, format } = useI18n();
  const { items, total, payment } = readFragment(bookingReceiptFragment, booking);
  return (
    <Card className="p-5">
      <h2 className="font-display text-lg font-bold">{say("tickets.receipt")}</h2>
      <dl className="mt-3 space-y-2 text-[0.9375rem]">
        {items.map((item) => (
          <div key={item.ticketType.id} className="flex justify-between gap-4">
            <dt>
              {item.quantity} × {item.name}
              {item.seats.map(({ id, label }) => (
                <span key={id} className="block text-caption text-muted">
                  {label}
                </span>
              ))}
            </dt>
            <dd className="tabular-nums">{format.money(item.total)}</dd>
          </div>
        ))}
        <div className="flex justify-between gap-4 border-t pt-2 font-semibold">
          <dt>{say("checkout.total")}</dt>
          <dd className="tabular-nums">{format.money(total)}</dd>
        </div>
        {payment && (
          <div className="flex justify-between gap-4 text-sm text-muted">
            <dt>{payment.method}</dt>
            <dd>{say(states[payment.status])}</dd>
          </div>
        )}
        {payment && payment.refunded.amount > 0 && (
          <div className="flex justify-between gap-4 text-sm text-ok">
            <dt>{say("tickets.refunded")}</dt>
            <dd className="tabular-nums">{format.money(payment.refunded)}</dd>
          </div>
        )}
      </dl>
      {payment?.dispute && (
        <div className="mt-4 rounded-control bg-sunken px-4 py-3 text-sm">
          <p className="font-semibold">
            {say("dispute.title", { amount: format.money(payment.dispute.amount) })}
          </p>
          <p className="mt-1 text-muted">{say(disputes[payment.dispute.status])}</p>
        </div>
      )}
    </Card>
  );
}

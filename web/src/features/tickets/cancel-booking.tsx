import { useState } from "react";
import { useMutation, useQuery } from "urql";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const quoteQuery = graphql(`
  query RefundQuote($bookingId: ID!) {
    refundQuote(bookingId: $bookingId) {
      amount {
        amount
        currency
      }
      fee {
        amount
        currency
      }
      deadline
      cancellable
      policyText
    }
  }
`);

const cancelMutation = graphql(`
  mutation CancelBooking($input: CancelBookingInput!) {
    cancelBooking(input: $input) {
      booking {
        id
        status
        endReason
        endedAt
        tickets {
          id
          status
        }
        payment {
          id
          status
          refunded {
            amount
            currency
          }
        }
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

/** Gives a confirmed booking back, after showing what comes back, what stays, and until when. */
export function CancelBooking({ bookingId, timeZone }: { bookingId: string; timeZone: string }) {
  const { say, format } = useI18n();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState("");
  const [{ fetching }, cancel] = useMutation(cancelMutation);
  const [{ data, error, fetching: asking }, again] = useQuery({
    query: quoteQuery,
    variables: { bookingId },
    pause: !open,
    requestPolicy: "network-only",
  });
  const quote = data?.refundQuote;

  const confirm = async () => {
    if (!quote) return;
    setProblem("");
    const expected = quote.amount.amount;
    const { data: answer } = await cancel({
      // Another amount is another request: it needs a key of its own.
      input: { bookingId, expectedRefund: expected, idempotencyKey: `cancel-${bookingId}-${expected}` },
    });
    if (!answer) return setProblem(say("failure.sentence"));
    const { userErrors } = answer.cancelBooking;
    if (userErrors.some(({ code }) => code === "QUOTE_CHANGED")) again({ requestPolicy: "network-only" });
    if (userErrors.length > 0) return setProblem(userErrors.map(({ message }) => message).join(" "));
    setOpen(false);
    toast(say("tickets.cancelDone"));
  };

  const free = quote?.amount.amount === 0 && quote.fee.amount === 0;
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {say("tickets.cancel")}
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={say("tickets.cancelTitle")}
        description={say("tickets.cancelFree")}
        action={say("tickets.cancelAction")}
        busy={fetching}
        disabled={!quote?.cancellable || asking}
        error={problem || (error ? say("failure.sentence") : "")}
        onConfirm={() => void confirm()}
      >
        {!quote && !error && (
          <div role="status" aria-label={say("common.loading")}>
            <Skeleton className="mt-4 h-28" />
          </div>
        )}
        {quote && !free && (
          <dl className="mt-4 grid gap-2 rounded-control bg-sunken px-4 py-3">
            <div className="flex items-baseline justify-between gap-4">
              <dt>{say("quote.back")}</dt>
              <dd className="font-display text-xl font-bold tabular-nums">{format.money(quote.amount)}</dd>
            </div>
            {quote.fee.amount > 0 && (
              <div className="flex justify-between gap-4 text-sm text-muted">
                <dt>{say("quote.fee")}</dt>
                <dd className="tabular-nums">{format.money(quote.fee)}</dd>
              </div>
            )}
            <div className="flex justify-between gap-4 text-sm text-muted">
              <dt>{say("quote.until")}</dt>
              <dd className="text-right">
                {format.day(quote.deadline, timeZone)}, {format.time(quote.deadline, timeZone)}
              </dd>
            </div>
          </dl>
        )}
        {quote && <p className="mt-3 text-sm text-muted">{quote.policyText}</p>}
        {quote && !quote.cancellable && (
          <Notice kind="warn" className="mt-3">
            {say("quote.not")}
          </Notice>
        )}
      </Confirm>
    </>
  );
}

import { useRef, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { TextField } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { readAmount, writeAmount } from "./money-input";

export const refundFragment = graphql(`
  fragment RefundParts on Booking {
    id
    reference
    user {
      id
      name
    }
    payment {
      id
      status
      method
      amount {
        amount
        currency
      }
      refunded {
        amount
        currency
      }
    }
  }
`);

const refundMutation = graphql(`
  mutation RefundPayment($input: RefundPaymentInput!) {
    refundPayment(input: $input) {
      payment {
        id
        status
        refunded {
          amount
          currency
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

/** Gives money of one booking back, all of it or a part. */
export function Refund({
  booking,
  onDone,
}: {
  booking: FragmentType<typeof refundFragment>;
  onDone: () => void;
}) {
  const { say, format } = useI18n();
  const { user, reference, payment } = readFragment(refundFragment, booking);
  const [{ fetching }, refund] = useMutation(refundMutation);
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const key = useRef("");
  if (!payment || (payment.status !== "CAPTURED" && payment.status !== "PARTIALLY_REFUNDED")) return null;

  const { currency } = payment.amount;
  const left = payment.amount.amount - payment.refunded.amount;
  const ask = () => {
    // One question, one key: pressing twice gives the money back once.
    key.current = `refund-${crypto.randomUUID?.() ?? `${payment.id}-${Date.now()}`}`;
    setText(writeAmount(left, currency));
    setProblem("");
    setOpen(true);
  };
  const confirm = async () => {
    const amount = readAmount(text, currency);
    if (amount === null || amount <= 0 || amount > left) {
      return setProblem(say("manage.badRefund", { amount: format.money({ amount: left, currency }) }));
    }
    setProblem("");
    const input = {
      paymentId: payment.id,
      amount: amount === left ? null : amount,
      idempotencyKey: `${key.current}-${amount}`,
    };
    const { data } = await refund({ input });
    const problems = data?.refundPayment.userErrors;
    if (!problems) return setProblem(say("failure.sentence"));
    if (problems.length > 0) return setProblem(problems.map(({ message }) => message).join(" "));
    setOpen(false);
    toast(say("manage.refundDone", { amount: format.money({ amount, currency }) }));
    onDone();
  };

  return (
    <>
      <Button size="small" aria-label={say("manage.refundOf", { reference })} onClick={ask}>
        {say("manage.refund")}
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={say("manage.refundTitle")}
        description={say("manage.refundText", { name: user.name, reference, method: payment.method })}
        action={say("manage.refundAction")}
        busy={fetching}
        onConfirm={() => void confirm()}
      >
        <TextField
          className="mt-4"
          label={say("manage.refundAmount", { currency })}
          inputMode="decimal"
          value={text}
          error={problem || undefined}
          hint={say("manage.refundHint")}
          onChange={(event) => setText(event.target.value)}
        />
      </Confirm>
    </>
  );
}

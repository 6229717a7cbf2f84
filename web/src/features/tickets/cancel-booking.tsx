import { useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import type { Amount } from "@/lib/format/format";
import { useI18n } from "@/lib/i18n/i18n";

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

/** Gives a confirmed booking back, after a question that names the amount. */
export function CancelBooking({ bookingId, total }: { bookingId: string; total: Amount }) {
  const { say, format } = useI18n();
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState("");
  const [{ fetching }, cancel] = useMutation(cancelMutation);

  const confirm = async () => {
    setProblem("");
    const { data, error } = await cancel({ input: { bookingId, idempotencyKey: `cancel-${bookingId}` } });
    if (error || !data) return setProblem(say("failure.sentence"));
    const { userErrors } = data.cancelBooking;
    if (userErrors.length > 0) return setProblem(userErrors.map(({ message }) => message).join(" "));
    setOpen(false);
    toast(say("tickets.cancelDone"));
  };

  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {say("tickets.cancel")}
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={say("tickets.cancelTitle")}
        description={
          total.amount === 0
            ? say("tickets.cancelFree")
            : say("tickets.cancelText", { amount: format.money(total) })
        }
        action={say("tickets.cancelAction")}
        busy={fetching}
        error={problem}
        onConfirm={() => void confirm()}
      />
    </>
  );
}

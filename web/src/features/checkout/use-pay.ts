import { useState } from "react";
import { useMutation } from "urql";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { attemptAccepted, attemptBegun, attemptEnded } from "@/lib/store/checkout";
import { store, useAppDispatch } from "@/lib/store/store";
import type { Card } from "./card";

/** What pays: a card, a token of the provider's script, or nothing where the buyer pays on the provider's page. */
export interface Means {
  provider: string;
  card?: Card;
  paymentMethod?: string;
}

const payMutation = graphql(`
  mutation PayBooking($input: PayBookingInput!) {
    payBooking(input: $input) {
      payment {
        id
        status
        method
        provider
        actionUrl
        declineReason
        booking {
          id
          payment {
            id
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

const confirmMutation = graphql(`
  mutation ConfirmBooking($input: ConfirmBookingInput!) {
    confirmBooking(input: $input) {
      booking {
        id
        status
        holdExpiresAt
        tickets {
          id
          ...TicketStub
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

interface Answer {
  accepted: boolean;
  userErrors: readonly { message: string; code: string }[];
}

/** Runs one attempt under its idempotency key; the key stays until the server's answer is final. */
function useAttempt(bookingId: string) {
  const { say } = useI18n();
  const dispatch = useAppDispatch();
  const [problem, setProblem] = useState("");

  const attempt = async (send: (idempotencyKey: string) => Promise<Answer | null>) => {
    setProblem("");
    dispatch(attemptBegun(bookingId));
    const key = store.getState().checkout.attempts[bookingId]?.key;
    if (!key) return;
    const answer = await send(key);
    if (!answer) return setProblem(say("failure.sentence"));
    const [first] = answer.userErrors;
    // Paid already means that an earlier try came through: what is left is to wait for its confirmation.
    if (answer.accepted || first?.code === "ALREADY_PAID") {
      dispatch(attemptAccepted(bookingId));
      return;
    }
    dispatch(attemptEnded(bookingId));
    setProblem(answer.userErrors.map(({ message }) => message).join(" ") || say("failure.sentence"));
  };
  return { attempt, problem };
}

/** Pays; a buyer who must go to a page of the provider for it is taken there. */
export function usePay(bookingId: string): {
  pay: (means: Means, follow?: boolean) => void;
  busy: boolean;
  problem: string;
} {
  const [{ fetching }, send] = useMutation(payMutation);
  const [leaving, setLeaving] = useState(false);
  const { attempt, problem } = useAttempt(bookingId);
  const pay = (means: Means, follow: boolean) =>
    attempt(async (idempotencyKey) => {
      const { data } = await send({ input: { bookingId, ...means, idempotencyKey } });
      if (!data) return null;
      const { payment, userErrors } = data.payBooking;
      const accepted = userErrors.length === 0 && payment != null && payment.status !== "DECLINED";
      if (accepted && follow && payment.actionUrl) {
        setLeaving(true);
        window.location.assign(payment.actionUrl);
      }
      return { accepted, userErrors };
    });
  return { pay: (means, follow = false) => void pay(means, follow), busy: fetching || leaving, problem };
}

export function useConfirmFree(bookingId: string): { confirm: () => void; busy: boolean; problem: string } {
  const [{ fetching }, send] = useMutation(confirmMutation);
  const { attempt, problem } = useAttempt(bookingId);
  const confirm = () =>
    attempt(async (idempotencyKey) => {
      const { data } = await send({ input: { bookingId, idempotencyKey } });
      if (!data) return null;
      const { booking, userErrors } = data.confirmBooking;
      return { accepted: userErrors.length === 0 && booking != null, userErrors };
    });
  return { confirm: () => void confirm(), busy: fetching, problem };
}

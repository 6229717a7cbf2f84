import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useMutation } from "urql";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { holdAnswered } from "@/lib/store/checkout";
import { store, useAppDispatch, useSession } from "@/lib/store/store";

const holdMutation = graphql(`
  mutation HoldSeats($input: HoldSeatsInput!) {
    holdSeats(input: $input) {
      booking {
        id
        status
        holdExpiresAt
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

/** Holds what is in the cart of an event and goes on to the checkout; by the login page if nobody is logged in. */
export function useReserve(eventId: string): { reserve: () => void; busy: boolean; problem: string } {
  const { say } = useI18n();
  const navigate = useNavigate();
  const location = useLocation();
  const dispatch = useAppDispatch();
  const session = useSession();
  const [{ fetching }, hold] = useMutation(holdMutation);
  const [problem, setProblem] = useState("");

  const reserve = async () => {
    setProblem("");
    if (!session) {
      await navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const cart = store.getState().checkout.carts[eventId];
    if (!cart) return;
    const items = Object.entries(cart.quantities).map(([ticketTypeId, quantity]) => ({
      ticketTypeId,
      quantity,
    }));
    const { data, error } = await hold({ input: { eventId, items, idempotencyKey: cart.holdKey } });
    // Without an answer the seats may be held: the same key finds them at the next try.
    if (error || !data) return setProblem(say("failure.sentence"));
    const { booking, userErrors } = data.holdSeats;
    if (!booking) {
      dispatch(holdAnswered(eventId, false));
      return setProblem(userErrors.map(({ message }) => message).join(" ") || say("failure.sentence"));
    }
    await navigate(`/checkout/${booking.id}`);
    dispatch(holdAnswered(eventId, true));
  };

  return { reserve: () => void reserve(), busy: fetching, problem };
}

import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useMutation } from "urql";
import { graphql } from "@/gql";
import type { HoldItemInput, HoldSeatsMutation } from "@/gql/graphql";
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
        nextAction
        alternatives {
          id
          name
        }
        otherDates {
          id
          slug
          startsAt
          timeZone
        }
      }
    }
  }
`);

export type Refused = HoldSeatsMutation["holdSeats"]["userErrors"][number];

/** What is to be held. */
export interface Order {
  items: HoldItemInput[];
  codes: readonly string[];
  /** Whether tickets that cost nothing are wanted at once. */
  confirmIfFree: boolean;
}

export interface Reserve {
  reserve: (order: Order) => void;
  busy: boolean;
  /** Why nothing was held; empty when nothing was tried. */
  refusals: readonly Refused[];
  problem: string;
  forget: () => void;
}

/** Holds an order and goes on to the checkout; by the login page if nobody is logged in. */
export function useReserve(eventId: string): Reserve {
  const { say } = useI18n();
  const navigate = useNavigate();
  const location = useLocation();
  const dispatch = useAppDispatch();
  const session = useSession();
  const [{ fetching }, hold] = useMutation(holdMutation);
  const [problem, setProblem] = useState("");
  const [refusals, setRefusals] = useState<readonly Refused[]>([]);
  const forget = () => {
    setProblem("");
    setRefusals([]);
  };

  const reserve = async ({ items, codes, confirmIfFree }: Order) => {
    forget();
    if (!session) {
      await navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    const cart = store.getState().checkout.carts[eventId];
    if (!cart) return;
    const { data, error } = await hold({
      input: { eventId, items, codes: [...codes], confirmIfFree, idempotencyKey: cart.holdKey },
    });
    // Without an answer the seats may be held: the same key finds them at the next try.
    if (error || !data) return setProblem(say("failure.sentence"));
    const { booking, userErrors } = data.holdSeats;
    if (!booking) {
      dispatch(holdAnswered(eventId, false));
      return userErrors.length > 0 ? setRefusals(userErrors) : setProblem(say("failure.sentence"));
    }
    await navigate(`/checkout/${booking.id}`);
    dispatch(holdAnswered(eventId, true));
  };

  return { reserve: (order) => void reserve(order), busy: fetching, refusals, problem, forget };
}

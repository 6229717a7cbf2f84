import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { useQuery } from "urql";
import { type FragmentType, readFragment } from "@/gql";
import type { PromoOfferQuery } from "@/gql/graphql";
import { codeEntered } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { hiddenTypeQuery, offerQuery, saleTypeFragment } from "./sale-type";

export type Offer = NonNullable<PromoOfferQuery["promoOffer"]>;

/** A type that the list of the event does not have. */
export interface Extra {
  type: { id: string } & FragmentType<typeof saleTypeFragment>;
  available: number;
}

export interface Offers {
  codes: readonly string[];
  offers: readonly Offer[];
  /** Codes that do nothing any more. */
  dead: readonly string[];
  extras: readonly Extra[];
  busy: boolean;
}

const none: readonly string[] = [];

/**
 * What the codes of the cart do, and the hidden type that the address names. A link may bring both along:
 * `?code=ENCORE20` and `?ticket=tkt_…`.
 */
export function useOffers(eventId: string): Offers {
  const dispatch = useAppDispatch();
  const codes = useAppSelector((state) => state.checkout.carts[eventId]?.codes) ?? none;
  const [params, setParams] = useSearchParams();
  const hidden = params.get("ticket") ?? "";
  const brought = params.get("code");
  useEffect(() => {
    if (!brought) return;
    dispatch(codeEntered(eventId, brought));
    setParams(
      (before) => {
        before.delete("code");
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  }, [brought, eventId, dispatch, setParams]);

  const [direct] = useQuery({ query: hiddenTypeQuery, variables: { id: hidden }, pause: hidden === "" });
  const type = direct.data?.ticketType;

  // A booking has at most two codes. What one unlocks the other may make cheaper: it is told of it.
  const [first = "", second = ""] = codes;
  const [unlocked, setUnlocked] = useState<string[]>([]);
  const ask = (code: string) => ({
    query: offerQuery,
    variables: { eventId, code, also: unlocked },
    pause: code === "",
  });
  const asked = [useQuery(ask(first))[0], useQuery(ask(second))[0]];

  const offers: Offer[] = [];
  const dead: string[] = [];
  const extras = new Map<string, Extra>();
  if (type && readFragment(saleTypeFragment, type).visibility === "HIDDEN")
    extras.set(type.id, { type, available: type.availability?.available ?? 0 });
  codes.slice(0, 2).forEach((code, at) => {
    const { data } = asked[at] ?? {};
    if (!data) return;
    if (!data.promoOffer) {
      dead.push(code);
      return;
    }
    offers.push(data.promoOffer);
    for (const each of data.promoOffer.unlocks)
      extras.set(each.id, { type: each, available: each.availability?.available ?? 0 });
  });
  const known = [...extras.keys()].sort().join(" ");
  // Nothing known also means: still asked.
  useEffect(() => {
    if (known !== "") setUnlocked(known.split(" "));
  }, [known]);
  return {
    codes,
    offers,
    dead,
    extras: [...extras.values()],
    busy: asked.some(({ fetching }) => fetching) || (known !== "" && known !== unlocked.join(" ")),
  };
}

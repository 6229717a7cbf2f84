import { Lock } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import type { Amount } from "@/lib/format/format";
import { useI18n } from "@/lib/i18n/i18n";
import { openStripe, type Stripe, type StripeElement } from "./stripe-script";
import { usePay } from "./use-pay";

/** How the field looks, in the colours of the page; Stripe's frame cannot see its style. */
function look() {
  const colours = getComputedStyle(document.documentElement);
  const colour = (name: string) => colours.getPropertyValue(name).trim();
  return {
    hidePostalCode: true,
    style: {
      base: {
        fontSize: "16px",
        color: colour("--ink"),
        iconColor: colour("--muted"),
        "::placeholder": { color: colour("--muted") },
      },
      invalid: { color: colour("--bad"), iconColor: colour("--bad") },
    },
  };
}

/** A card through Stripe: its field is a frame of Stripe's, what comes back is a token. */
export function StripeForm({
  publishableKey,
  bookingId,
  total,
  declined,
}: {
  publishableKey: string;
  bookingId: string;
  total: Amount;
  declined: string;
}) {
  const { say, format, locale } = useI18n();
  const { pay, busy, problem } = usePay(bookingId);
  const place = useRef<HTMLDivElement>(null);
  const opened = useRef<{ stripe: Stripe; card: StripeElement }>(null);
  const [state, setState] = useState<"opening" | "ready" | "failed">("opening");
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState("");
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round tries again
  useEffect(() => {
    let gone = false;
    let card: StripeElement | undefined;
    openStripe(publishableKey)
      .then((stripe) => {
        if (gone || !place.current) return;
        card = stripe.elements({ locale: locale.split("-")[0] }).create("card", look());
        card.on("ready", () => setState("ready"));
        card.on("change", ({ error }) => setFault(error?.message ?? ""));
        card.mount(place.current);
        opened.current = { stripe, card };
      })
      .catch(() => {
        if (!gone) setState("failed");
      });
    return () => {
      gone = true;
      opened.current = null;
      card?.destroy();
    };
  }, [publishableKey, locale, round]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!opened.current || asking || busy) return;
    setAsking(true);
    const { stripe, card } = opened.current;
    const { paymentMethod, error } = await stripe.createPaymentMethod({ type: "card", card });
    setAsking(false);
    if (!paymentMethod) return setFault(error?.message ?? say("failure.sentence"));
    setFault("");
    pay({ provider: "stripe", paymentMethod: paymentMethod.id }, true);
  };

  if (state === "failed") {
    return (
      <Notice kind="bad">
        <p>{say("pay.stripeFailed")}</p>
        <Button
          size="small"
          className="mt-3"
          onClick={() => {
            setState("opening");
            setRound(round + 1);
          }}
        >
          {say("common.tryAgain")}
        </Button>
      </Notice>
    );
  }
  const message = problem || fault || declined;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid grid-cols-1 gap-5">
      {message && !busy && <Notice kind="bad">{message}</Notice>}
      <div>
        <p className="mb-1.5 text-sm font-semibold">{say("pay.card")}</p>
        <div className="relative min-h-12 rounded-control border border-line-strong bg-surface px-3.5 py-3">
          <div ref={place} />
          {state === "opening" && <Skeleton className="absolute inset-2" />}
        </div>
        <p className="mt-1.5 text-caption text-muted">{say("pay.stripeHint")}</p>
      </div>
      <Button
        type="submit"
        look="primary"
        size="large"
        wide
        disabled={state !== "ready"}
        busy={busy || asking}
      >
        <Lock aria-hidden className="size-4" />
        {say("checkout.pay", { amount: format.money(total) })}
      </Button>
    </form>
  );
}

import { ExternalLink } from "lucide-react";
import { lazy, Suspense, useId, useState } from "react";
import { useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import type { PaymentProvidersQuery } from "@/gql/graphql";
import type { Amount } from "@/lib/format/format";
import { useI18n } from "@/lib/i18n/i18n";
import { CardForm } from "./card-form";
import { providersQuery } from "./checkout-query";
import { usePay } from "./use-pay";

// Only who pays through Stripe loads what talks to its script.
const StripeForm = lazy(async () => ({ default: (await import("./stripe-form")).StripeForm }));

type Provider = PaymentProvidersQuery["paymentProviders"][number];

interface Step {
  bookingId: string;
  total: Amount;
  /** Why the last attempt was declined; empty if none was. */
  declined: string;
}

/** How to pay: the ways there are, and the form of the chosen one by what it needs from the buyer. */
export function PaymentStep(step: Step) {
  const { say } = useI18n();
  const name = useId();
  const [{ data, error }, again] = useQuery({ query: providersQuery });
  const [chosen, setChosen] = useState<string>();
  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) {
    return (
      <div role="status" aria-label={say("common.loading")} className="grid gap-5">
        <Skeleton className="h-7 w-40" />
        <Skeleton className="h-64" />
      </div>
    );
  }
  const providers = data.paymentProviders;
  const provider = providers.find((each) => each.name === chosen) ?? providers[0];
  return (
    <div className="grid grid-cols-1 gap-5">
      <h2 className="font-display text-title font-bold">{say("pay.title")}</h2>
      {!provider && <Notice kind="warn">{say("pay.none")}</Notice>}
      {providers.length > 1 && (
        <fieldset className="grid grid-cols-1 gap-2">
          <legend className="sr-only">{say("pay.ways")}</legend>
          {providers.map((each) => (
            <label
              key={each.name}
              className={classes(
                "flex min-h-13 cursor-pointer items-center gap-3 rounded-control border px-4 font-semibold has-focus-visible:outline-2 has-focus-visible:outline-brand",
                each === provider ? "border-brand bg-brand-soft" : "border-line-strong hover:bg-sunken",
              )}
            >
              <input
                type="radio"
                name={name}
                className="size-4 accent-[var(--brand)]"
                checked={each === provider}
                onChange={() => setChosen(each.name)}
              />
              {each.label}
            </label>
          ))}
        </fieldset>
      )}
      {provider && <Form key={provider.name} provider={provider} {...step} />}
    </div>
  );
}

function Form({ provider, ...step }: Step & { provider: Provider }) {
  const { say } = useI18n();
  switch (provider.input) {
    case "CARD":
      return <CardForm provider={provider.name} {...step} />;
    case "REDIRECT":
      return <GoThere provider={provider} {...step} />;
    case "TOKEN":
      if (provider.name !== "stripe" || !provider.publishableKey)
        return <Notice kind="warn">{say("pay.unknown", { name: provider.label })}</Notice>;
      return (
        <Suspense fallback={<Skeleton className="h-32" />}>
          <StripeForm publishableKey={provider.publishableKey} {...step} />
        </Suspense>
      );
  }
}

/** Pays on the provider's own page, which leads back here. */
function GoThere({ provider, bookingId, total, declined }: Step & { provider: Provider }) {
  const { say, format } = useI18n();
  const { pay, busy, problem } = usePay(bookingId);
  const message = problem || declined;
  return (
    <>
      {message && !busy && <Notice kind="bad">{message}</Notice>}
      <p className="text-muted">{say("pay.redirectText", { name: provider.label })}</p>
      <Button
        look="primary"
        size="large"
        wide
        busy={busy}
        onClick={() => pay({ provider: provider.name }, true)}
      >
        {say("pay.redirect", { amount: format.money(total), name: provider.label })}
        <ExternalLink aria-hidden className="size-4" />
      </Button>
    </>
  );
}

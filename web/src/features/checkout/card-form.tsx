import { Lock } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import type { Amount } from "@/lib/format/format";
import { useI18n } from "@/lib/i18n/i18n";
import { type CardDraft, type CardProblem, formatExpiry, groupDigits, readCard } from "./card";
import { SandboxCards } from "./sandbox-cards";
import { usePay } from "./use-pay";

/** The card that pays. What is typed here goes to the provider and is kept nowhere. */
export function CardForm({
  bookingId,
  provider,
  total,
  declined,
}: {
  bookingId: string;
  provider: string;
  total: Amount;
  declined: string;
}) {
  const { say, format } = useI18n();
  const { pay, busy, problem } = usePay(bookingId);
  const [draft, setDraft] = useState<CardDraft>({ number: "", expiry: "", cvc: "" });
  const [problems, setProblems] = useState<CardProblem[]>([]);
  const change = (part: Partial<CardDraft>) => {
    setDraft({ ...draft, ...part });
    setProblems(problems.filter((each) => !(each in part)));
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readCard(draft);
    if ("problems" in read) return setProblems(read.problems);
    setProblems([]);
    pay({ provider, card: read.card });
  };

  const message = problem || declined;
  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-1 gap-5">
      {provider === "sandbox" && <SandboxCards onChoose={(chosen) => change(chosen)} />}
      {message && !busy && <Notice kind="bad">{message}</Notice>}
      <TextField
        label={say("checkout.cardNumber")}
        name="cardnumber"
        autoComplete="cc-number"
        inputMode="numeric"
        placeholder="1234 1234 1234 1234"
        value={draft.number}
        error={problems.includes("number") ? say("checkout.badNumber") : undefined}
        onChange={(event) => change({ number: groupDigits(event.target.value) })}
      />
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label={say("checkout.expiry")}
          name="cc-exp"
          autoComplete="cc-exp"
          inputMode="numeric"
          placeholder={say("checkout.expiryPlaceholder")}
          value={draft.expiry}
          error={problems.includes("expiry") ? say("checkout.badExpiry") : undefined}
          onChange={(event) => {
            // Deleting must get through the slash that was put there for the reader.
            const typed = event.target.value;
            const deleting = typed.length < draft.expiry.length;
            change({ expiry: deleting ? typed.replace(/[\s/]+$/, "") : formatExpiry(typed) });
          }}
        />
        <TextField
          label={say("checkout.cvc")}
          name="cvc"
          autoComplete="cc-csc"
          inputMode="numeric"
          maxLength={4}
          placeholder="123"
          value={draft.cvc}
          error={problems.includes("cvc") ? say("checkout.badCvc") : undefined}
          onChange={(event) => change({ cvc: event.target.value.replace(/\D/g, "") })}
        />
      </div>
      <Button type="submit" look="primary" size="large" wide busy={busy}>
        <Lock aria-hidden className="size-4" />
        {say("checkout.pay", { amount: format.money(total) })}
      </Button>
    </form>
  );
}

import { useState } from "react";
import { LoadMore } from "@/components/load-more";
import { TransactionRow } from "@/components/money/transaction-row";
import { QueryFailed } from "@/components/query-state";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import type { TransactionKind } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { transactionsQuery } from "./payouts-query";

const kinds: Record<TransactionKind, Phrase> = {
  PAYMENT: "payouts.payments",
  REFUND: "payouts.refunds",
  DISPUTE: "payouts.disputes",
  PAYOUT: "payouts.payouts",
};

/** Every payment, refund, dispute and payout of a period, newest first. */
export function MoneyMoves({ range: { from, before } }: { range: { from: string; before: string } }) {
  const { say } = useI18n();
  const [kind, setKind] = useState<TransactionKind | "">("");
  const list = usePages(
    transactionsQuery,
    { filter: { from, before, kinds: kind ? [kind] : null } },
    25,
    (data) => data.organizerTransactions,
  );
  return (
    <section className="mt-10">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-display text-title font-bold">{say("payouts.moves")}</h2>
        <select
          aria-label={say("payouts.kind")}
          className="h-11 rounded-control border border-line-strong bg-surface px-3 text-sm font-medium"
          value={kind}
          onChange={(event) => setKind(event.target.value as TransactionKind | "")}
        >
          <option value="">{say("payouts.everything")}</option>
          {(Object.keys(kinds) as TransactionKind[]).map((each) => (
            <option key={each} value={each}>
              {say(kinds[each])}
            </option>
          ))}
        </select>
      </div>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && <Skeleton className="h-64 rounded-card" />}
      {list.ready && list.nodes.length === 0 && (
        <Card className="p-8 text-center text-muted">{say("payouts.noMoves")}</Card>
      )}
      {list.nodes.length > 0 && (
        <Card className="px-5 py-1">
          <ul className="divide-y">
            {list.nodes.map((transaction) => (
              <TransactionRow key={transaction.id} transaction={transaction} />
            ))}
          </ul>
        </Card>
      )}
      <LoadMore list={list} />
    </section>
  );
}

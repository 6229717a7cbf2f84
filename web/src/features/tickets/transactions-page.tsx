import { ReceiptText } from "lucide-react";
import { Link } from "react-router";
import { LoadMore } from "@/components/load-more";
import { TransactionRow } from "@/components/money/transaction-row";
import { QueryFailed } from "@/components/query-state";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";

const transactionsQuery = graphql(`
  query MyTransactions($first: Int!, $after: String) {
    myTransactions(first: $first, after: $after) {
      nodes {
        id
        ...TransactionRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What the person paid and got back, newest first. */
export function TransactionsPage() {
  const { say } = useI18n();
  const list = usePages(transactionsQuery, {}, 30, (data) => data.myTransactions);
  return (
    <div className="page max-w-3xl py-8 sm:py-10">
      <Link to="/tickets" className="mb-4 inline-block text-sm font-semibold text-brand hover:underline">
        ← {say("tickets.title")}
      </Link>
      <PageTitle lead={say("money.lead")}>{say("money.title")}</PageTitle>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && (
        <div role="status" aria-label={say("common.loading")}>
          <Skeleton className="h-96 rounded-card" />
        </div>
      )}
      {list.ready && list.nodes.length === 0 && (
        <Empty
          icon={ReceiptText}
          title={say("money.none")}
          action={
            <ButtonLink look="primary" to="/">
              {say("tickets.find")}
            </ButtonLink>
          }
        >
          {say("money.noneHint")}
        </Empty>
      )}
      {list.nodes.length > 0 && (
        <Card className="px-5 py-1">
          <ul className="divide-y">
            {list.nodes.map((transaction) => (
              <TransactionRow
                key={transaction.id}
                transaction={transaction}
                bookingLink={(bookingId) => `/tickets/${bookingId}`}
              />
            ))}
          </ul>
        </Card>
      )}
      <LoadMore list={list} />
    </div>
  );
}

import { ArrowDownLeft, ArrowUpRight, Landmark, type LucideIcon, ShieldQuestion } from "lucide-react";
import { Link } from "react-router";
import { type FragmentType, graphql, readFragment } from "@/gql";
import type { TransactionKind } from "@/gql/graphql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";

export const transactionFragment = graphql(`
  fragment TransactionRow on Transaction {
    id
    kind
    at
    bookingId
    amount {
      amount
      currency
    }
    fee {
      amount
      currency
    }
    tax {
      amount
      currency
    }
  }
`);

const looks: Record<TransactionKind, { icon: LucideIcon; name: Phrase }> = {
  PAYMENT: { icon: ArrowUpRight, name: "money.payment" },
  REFUND: { icon: ArrowDownLeft, name: "money.refund" },
  DISPUTE: { icon: ShieldQuestion, name: "money.dispute" },
  PAYOUT: { icon: Landmark, name: "money.payout" },
};

/** One thing that happened with money. `bookingLink` says where its booking is shown. */
export function TransactionRow({
  transaction,
  bookingLink,
}: {
  transaction: FragmentType<typeof transactionFragment>;
  bookingLink?: (bookingId: string) => string;
}) {
  const { say, format } = useI18n();
  const { kind, at, bookingId, amount, fee, tax } = readFragment(transactionFragment, transaction);
  const { icon: Icon, name } = looks[kind];
  const parts = [
    `${format.day(at)}, ${format.time(at)}`,
    fee && fee.amount !== 0 && say("money.fee", { amount: format.money(fee) }),
    tax.amount !== 0 && say("money.tax", { amount: format.money(tax) }),
  ].filter(Boolean);
  return (
    <li className="flex items-center gap-4 py-3.5">
      <span className="grid size-10 shrink-0 place-items-center rounded-full bg-sunken text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="min-w-0 grow">
        <p className="font-semibold">{say(name)}</p>
        <p className="text-caption text-muted">{parts.join(" · ")}</p>
      </div>
      <div className="text-right">
        <p className="font-semibold tabular-nums">{format.money(amount)}</p>
        {bookingId && bookingLink && (
          <Link to={bookingLink(bookingId)} className="text-caption font-semibold text-brand hover:underline">
            {say("money.booking")}
          </Link>
        )}
      </div>
    </li>
  );
}

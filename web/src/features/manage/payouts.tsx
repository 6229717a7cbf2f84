import { Landmark } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { type FragmentType, readFragment } from "@/gql";
import type { PayoutReportQuery } from "@/gql/graphql";
import { serverNow } from "@/lib/clock";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { MoneyMoves } from "./money-moves";
import { eventNameQuery, payoutQuery, takingsFragment } from "./payouts-query";
import { type Period, periodOf, periods } from "./period";

const names: Record<Period, Phrase> = {
  month: "payouts.month",
  "last-month": "payouts.lastMonth",
  year: "payouts.year",
  all: "payouts.all",
};
const few = 8;

/** What came in and went out in a period, what is owed now, event by event, and every movement of money. */
export function Payouts() {
  const { say } = useI18n();
  const [period, setPeriod] = useState<Period>("month");
  const range = useMemo(() => periodOf(period, serverNow()), [period]);
  const [{ data, error, stale, fetching }, again] = useQuery({
    query: payoutQuery,
    variables: range,
    requestPolicy: "cache-and-network",
  });
  return (
    <div className="page max-w-5xl py-8 sm:py-10">
      <Link to="/manage" className="mb-4 inline-block text-sm font-semibold text-brand hover:underline">
        ← {say("manage.title")}
      </Link>
      <PageTitle
        lead={say("payouts.lead")}
        actions={
          <select
            aria-label={say("payouts.period")}
            className="h-11 rounded-control border border-line-strong bg-surface px-3 text-sm font-medium"
            value={period}
            onChange={(event) => setPeriod(event.target.value as Period)}
          >
            {periods.map((each) => (
              <option key={each} value={each}>
                {say(names[each])}
              </option>
            ))}
          </select>
        }
      >
        {say("payouts.title")}
      </PageTitle>
      {!data && error && <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />}
      {!data && !error && (
        <div role="status" aria-label={say("common.loading")}>
          <Skeleton className="h-80 rounded-card" />
        </div>
      )}
      {data?.payoutReport.length === 0 && (
        <Empty icon={Landmark} title={say("payouts.none")}>
          {say("payouts.noneHint")}
        </Empty>
      )}
      <div className="grid gap-6" aria-busy={stale || fetching || undefined}>
        {data?.payoutReport.map((report) => (
          <Account key={report.currency} report={report} />
        ))}
      </div>
      <MoneyMoves range={range} />
    </div>
  );
}

/** An account in one currency. */
function Account({ report }: { report: PayoutReportQuery["payoutReport"][number] }) {
  const { say, format } = useI18n();
  const [shown, setShown] = useState(few);
  const { gross, refunds, disputes, fees, tax, net } = readFragment(takingsFragment, report.takings);
  const less = (value: { amount: number; currency: string }) =>
    format.money({ ...value, amount: 0 - value.amount }); // not -0;
  return (
    <Card className="p-5 sm:p-6">
      <div className="grid gap-6 sm:grid-cols-2">
        <div>
          <h2 className="text-sm font-semibold text-muted">
            {say("payouts.balance", { currency: report.currency })}
          </h2>
          <p className="mt-1 font-display text-headline font-bold tabular-nums">
            {format.money(report.balance)}
          </p>
          <p className="mt-1 text-caption text-muted">{say("payouts.balanceHint")}</p>
        </div>
        <dl className="grid gap-1.5 text-[0.9375rem]">
          <Line name={say("payouts.gross")} value={format.money(gross)} />
          <Line name={say("payouts.refunds")} value={less(refunds)} />
          {disputes.amount !== 0 && <Line name={say("payouts.disputes")} value={less(disputes)} />}
          {fees.amount !== 0 && <Line name={say("payouts.fees")} value={less(fees)} />}
          <Line name={say("payouts.net")} value={format.money(net)} strong />
          <p className="text-right text-caption text-muted">
            {say("payouts.tax", { amount: format.money(tax) })}
          </p>
        </dl>
      </div>
      {report.events.length > 0 && (
        <>
          <h3 className="mt-6 border-t pt-5 font-semibold">{say("payouts.byEvent")}</h3>
          <ul className="mt-1 divide-y">
            {report.events.slice(0, shown).map(({ eventId, takings }) => (
              <EventLine key={eventId} eventId={String(eventId)} takings={takings} />
            ))}
          </ul>
          {report.events.length > shown && (
            <Button size="small" className="mt-3" onClick={() => setShown(shown + 4 * few)}>
              {say("common.loadMore")}
            </Button>
          )}
        </>
      )}
    </Card>
  );
}

function Line({ name, value, strong = false }: { name: string; value: string; strong?: boolean }) {
  return (
    <div
      className={
        strong ? "flex justify-between gap-4 border-t pt-1.5 font-bold" : "flex justify-between gap-4"
      }
    >
      <dt>{name}</dt>
      <dd className="tabular-nums">{value}</dd>
    </div>
  );
}

function EventLine({ eventId, takings }: { eventId: string; takings: FragmentType<typeof takingsFragment> }) {
  const { say, format } = useI18n();
  const [{ data }] = useQuery({ query: eventNameQuery, variables: { id: eventId } });
  const { gross, refunds, net } = readFragment(takingsFragment, takings);
  const event = data?.event;
  return (
    <li className="flex items-center justify-between gap-4 py-3">
      <div className="min-w-0">
        {event ? (
          <Link to={`/manage/events/${eventId}`} className="font-semibold hover:text-brand hover:underline">
            {event.title}
          </Link>
        ) : (
          <Skeleton className="h-6 w-40" />
        )}
        <p className="text-caption text-muted">
          {event && `${format.day(event.startsAt, event.timeZone)} · `}
          {say("payouts.grossOf", { amount: format.money(gross) })}
          {refunds.amount !== 0 && ` · ${say("manage.refundedNote", { amount: format.money(refunds) })}`}
        </p>
      </div>
      <p className="shrink-0 font-semibold tabular-nums">{format.money(net)}</p>
    </li>
  );
}

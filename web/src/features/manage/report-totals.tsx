import { useQuery } from "urql";
import { Card } from "@/components/ui/card";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { Kpi, KpiSkeletons } from "./kpi";

const reportQuery = graphql(`
  query SalesReport {
    salesReport {
      events
      bookings
      ticketsSold
      checkIns
      totals {
        gross {
          amount
          currency
        }
        refunded {
          amount
          currency
        }
        net {
          amount
          currency
        }
      }
    }
  }
`);

/** The sums over all events of the organiser. */
export function ReportTotals() {
  const { say, format } = useI18n();
  const [{ data, error }] = useQuery({ query: reportQuery, requestPolicy: "cache-and-network" });
  if (error && !data) return null;
  if (!data) return <KpiSkeletons />;
  const { events, bookings, ticketsSold, checkIns, totals } = data.salesReport;
  const [only, ...others] = totals;
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {only && others.length === 0 ? (
        <Kpi
          name={say("manage.netRevenue")}
          value={format.money(only.net, true)}
          beat={only.net.amount}
          note={
            only.refunded.amount > 0
              ? say("manage.refundedNote", { amount: format.money(only.refunded) })
              : undefined
          }
        />
      ) : (
        <Card className="p-4 sm:p-5">
          <p className="text-sm text-muted">{say("manage.netRevenue")}</p>
          <ul className="mt-1 font-display text-lg leading-snug font-bold tabular-nums">
            {totals.map(({ net }) => (
              <li key={net.currency}>{format.money(net, true)}</li>
            ))}
          </ul>
        </Card>
      )}
      <Kpi
        name={say("manage.ticketsSold")}
        value={format.number(ticketsSold)}
        beat={ticketsSold}
        note={say("manage.inBookings", { count: bookings })}
      />
      <Kpi name={say("manage.published")} value={format.number(events)} beat={events} />
      <Kpi name={say("manage.checkIns")} value={format.number(checkIns)} beat={checkIns} />
    </div>
  );
}

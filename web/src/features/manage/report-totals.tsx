import { useQuery } from "urql";
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
  const [main, ...others] = totals;
  const refunded =
    main && main.refunded.amount > 0
      ? say("manage.refundedNote", { amount: format.money(main.refunded) })
      : undefined;
  const more = others.map(({ net }) => format.money(net)).join(" + ");
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      <Kpi
        name={say("manage.netRevenue")}
        value={main ? format.money(main.net, true) : "–"}
        beat={main?.net.amount ?? 0}
        note={more ? `+ ${more}` : refunded}
      />
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

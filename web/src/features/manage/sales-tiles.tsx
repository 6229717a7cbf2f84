import type { LiveSalesFragment } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";
import { Kpi } from "./kpi";

interface Seats {
  capacity: number;
  held: number;
  sold: number;
  available: number;
}

/** The four numbers of an event. */
export function SalesTiles({ sales, seats }: { sales: LiveSalesFragment; seats: Seats | null }) {
  const { say, format } = useI18n();
  const share = seats && seats.capacity > 0 ? seats.sold / seats.capacity : 0;
  const entered = sales.ticketsSold > 0 ? sales.checkIns / sales.ticketsSold : 0;
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      <Kpi
        name={say("manage.netRevenue")}
        value={format.money(sales.netRevenue, true)}
        beat={sales.netRevenue.amount}
        note={
          sales.refunded.amount > 0
            ? say("manage.refundedNote", { amount: format.money(sales.refunded) })
            : undefined
        }
      />
      <Kpi
        name={say("manage.ticketsSold")}
        value={format.number(sales.ticketsSold)}
        beat={sales.ticketsSold}
        note={say("manage.inBookings", { count: sales.bookings })}
      />
      <Kpi
        name={say("manage.seatsLeft")}
        value={seats ? format.number(seats.available) : "–"}
        beat={seats?.available ?? 0}
        note={
          seats && (
            <>
              {say("manage.shareSold", { share: format.percent(share) })}
              {seats.held > 0 && ` · ${say("manage.heldNow", { count: seats.held })}`}
            </>
          )
        }
      />
      <Kpi
        name={say("manage.checkIns")}
        value={format.number(sales.checkIns)}
        beat={sales.checkIns}
        note={say("manage.shareIn", { share: format.percent(entered) })}
      />
    </div>
  );
}

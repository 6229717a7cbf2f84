import { Card } from "@/components/ui/card";
import { Ticker } from "@/components/ui/ticker";
import type { LiveSalesFragment } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";

interface Kind {
  id: string;
  name: string;
  capacity: number;
}

const colours = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)"];

/** How each kind of ticket sells, against its capacity. */
export function TypeSales({ sales, types }: { sales: LiveSalesFragment; types: readonly Kind[] }) {
  const { say, format } = useI18n();
  const { currency } = sales.netRevenue;
  return (
    <Card className="p-5">
      <h2 className="mb-4 font-display text-lg font-bold">{say("manage.byType")}</h2>
      <ul className="grid grid-cols-1 gap-5">
        {types.map(({ id, name, capacity }, at) => {
          const sold = sales.byTicketType.find(({ ticketType }) => ticketType.id === id);
          const count = sold?.ticketsSold ?? 0;
          const share = capacity > 0 ? Math.min(1, count / capacity) : 0;
          return (
            <li key={id}>
              <div className="flex items-baseline justify-between gap-3">
                <span className="min-w-0 truncate font-semibold">{name}</span>
                <span className="shrink-0 text-sm tabular-nums">
                  <Ticker value={count}>{format.number(count)}</Ticker>
                  <span className="text-muted"> / {format.number(capacity)}</span>
                </span>
              </div>
              <div aria-hidden="true" className="my-1.5 h-2 overflow-hidden rounded-full bg-sunken">
                <div
                  className="h-full rounded-full transition-[width] duration-500"
                  style={{ width: `${share * 100}%`, background: colours[at % colours.length] }}
                />
              </div>
              <p className="flex justify-between text-caption text-muted tabular-nums">
                <span>{format.money(sold?.revenue ?? { amount: 0, currency })}</span>
                <span>{say("manage.inAlready", { count: sold?.checkIns ?? 0 })}</span>
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

import { lazy, Suspense, useMemo } from "react";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/skeleton";
import type { LiveSalesFragment, SalesBucket } from "@/gql/graphql";
import { serverNow } from "@/lib/clock";
import { useI18n } from "@/lib/i18n/i18n";
import { fillTimeline } from "./timeline";

const SalesChart = lazy(() => import("./sales-chart"));

/** Revenue over time, by day or by hour, with its numbers as a table for those who do not see the chart. */
export function RevenueCard({
  sales,
  bucket,
  onBucket,
}: {
  sales: LiveSalesFragment;
  bucket: SalesBucket;
  onBucket: (bucket: SalesBucket) => void;
}) {
  const { say, format } = useI18n();
  const { timeline, grossRevenue } = sales;
  const buckets = useMemo(
    () => fillTimeline(timeline, bucket, serverNow(), bucket === "DAY" ? 7 : 12, bucket === "DAY" ? 90 : 72),
    [timeline, bucket],
  );
  return (
    <Card className="min-w-0 p-5">
      <div className="mb-4 flex items-center justify-between gap-4">
        <h2 className="font-display text-lg font-bold">{say("manage.revenueOverTime")}</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame */}
        <div role="group" aria-label={say("manage.bucket")} className="flex rounded-control bg-sunken p-1">
          {(["DAY", "HOUR"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={bucket === each}
              onClick={() => onBucket(each)}
              className={classes(
                "rounded-md px-3 py-1 text-sm font-semibold",
                bucket === each ? "bg-surface shadow-card" : "text-muted hover:text-ink",
              )}
            >
              {say(each === "DAY" ? "manage.byDay" : "manage.byHour")}
            </button>
          ))}
        </div>
      </div>
      {buckets.length === 0 ? (
        <p className="grid h-[260px] place-items-center text-muted">{say("manage.noSalesYet")}</p>
      ) : (
        <>
          <Suspense fallback={<Skeleton className="h-[260px]" />}>
            <SalesChart buckets={buckets} currency={grossRevenue.currency} hourly={bucket === "HOUR"} />
          </Suspense>
          <table className="sr-only">
            <caption>{say("manage.revenueOverTime")}</caption>
            <thead>
              <tr>
                <th scope="col">{say("event.date")}</th>
                <th scope="col">{say("manage.revenue")}</th>
              </tr>
            </thead>
            <tbody>
              {buckets
                .filter(({ tickets }) => tickets > 0)
                .map(({ start, revenue }) => (
                  <tr key={start}>
                    <th scope="row">
                      {format.day(start)} {bucket === "HOUR" && format.time(start)}
                    </th>
                    <td>{format.money({ amount: revenue, currency: grossRevenue.currency })}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </>
      )}
    </Card>
  );
}

import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useI18n } from "@/lib/i18n/i18n";
import type { Bucket } from "./timeline";

/** Revenue over time. Recharts is large: this file is loaded when a chart is shown. */
export default function SalesChart({
  buckets,
  currency,
  hourly,
}: {
  buckets: Bucket[];
  currency: string;
  hourly: boolean;
}) {
  const { say, format } = useI18n();
  const name = (start: string) =>
    hourly ? `${format.day(start)}, ${format.time(start)}` : format.day(start, "UTC");
  const tick = (start: string) => {
    if (hourly) return format.time(start);
    const { day, month } = format.leaf(start, "UTC");
    return `${day} ${month}`;
  };
  return (
    <ResponsiveContainer width="100%" height={260}>
      <AreaChart data={buckets} margin={{ top: 8, right: 8, left: 0, bottom: 0 }} accessibilityLayer>
        <defs>
          <linearGradient id="revenue" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="var(--chart-1)" stopOpacity={0.35} />
            <stop offset="1" stopColor="var(--chart-1)" stopOpacity={0.02} />
          </linearGradient>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="start"
          tickFormatter={tick}
          tick={{ fill: "var(--muted)", fontSize: 12 }}
          tickLine={false}
          axisLine={false}
          minTickGap={28}
        />
        <YAxis
          width={80}
          tick={{ fill: "var(--muted)", fontSize: 12 }}
          tickLine={false}
          axisLine={false}
          tickFormatter={(amount: number) => format.money({ amount, currency }, true)}
        />
        <Tooltip
          cursor={{ stroke: "var(--line-strong)" }}
          content={({ active, payload }) => {
            const bucket = active ? (payload?.[0]?.payload as Bucket | undefined) : undefined;
            if (!bucket) return null;
            return (
              <div className="rounded-control border bg-surface px-3 py-2 text-sm shadow-lift">
                <p className="text-caption text-muted">{name(bucket.start)}</p>
                <p className="font-semibold tabular-nums">
                  {format.money({ amount: bucket.revenue, currency })}
                </p>
                <p className="text-muted tabular-nums">{say("tickets.count", { count: bucket.tickets })}</p>
              </div>
            );
          }}
        />
        <Area
          type="monotone"
          dataKey={(bucket: Bucket) => bucket.revenue}
          name={say("manage.revenue")}
          stroke="var(--chart-1)"
          strokeWidth={2.5}
          fill="url(#revenue)"
          animationDuration={400}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}

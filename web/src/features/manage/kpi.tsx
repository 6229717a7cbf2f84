import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { Ticker } from "@/components/ui/ticker";

/** One number that matters, with its name and a word beneath. */
export function Kpi({
  name,
  value,
  beat,
  note,
}: {
  name: string;
  value: string;
  beat: number;
  note?: ReactNode;
}) {
  return (
    <Card className="p-4 sm:p-5">
      <p className="text-sm text-muted">{name}</p>
      <p className="mt-1 font-display text-[1.375rem] leading-8 font-bold tracking-tight tabular-nums sm:text-[1.75rem]">
        <Ticker value={beat}>{value}</Ticker>
      </p>
      {note && <p className="mt-0.5 text-caption text-muted">{note}</p>}
    </Card>
  );
}

export function KpiSkeletons() {
  return (
    <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} className="h-28 rounded-card" />
      ))}
    </div>
  );
}

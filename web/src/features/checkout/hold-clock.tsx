import { Timer } from "lucide-react";
import { classes } from "@/components/ui/classes";
import { useI18n } from "@/lib/i18n/i18n";
import { countdown } from "./stage";

const hold = 600;

/** How long the seats are still held. Read out at whole minutes and near the end, not every second. */
export function HoldClock({ expiresAt, now }: { expiresAt: string; now: number }) {
  const { say } = useI18n();
  const { text, seconds } = countdown(expiresAt, now);
  const near = seconds <= 60;
  const spoken =
    seconds % 60 === 0 || seconds === 30 ? say("checkout.heldSpoken", { time: text }) : undefined;
  return (
    <div
      className={classes(
        "overflow-hidden rounded-control",
        near ? "bg-bad-soft text-bad" : "bg-bulb-soft text-ink",
      )}
    >
      <p className="flex items-center gap-2.5 px-4 py-3 text-[0.9375rem]">
        <Timer aria-hidden className="size-5 shrink-0" />
        <span>
          {say("checkout.held")} <strong className="font-bold tabular-nums">{text}</strong>
        </span>
      </p>
      <div
        aria-hidden="true"
        className={classes(
          "h-1 origin-left transition-transform duration-1000 ease-linear",
          near ? "bg-bad" : "bg-bulb",
        )}
        style={{ transform: `scaleX(${Math.min(1, seconds / hold)})` }}
      />
      <p aria-live="polite" className="sr-only">
        {spoken}
      </p>
    </div>
  );
}

import { Button } from "@/components/ui/button";
import { useI18n } from "@/lib/i18n/i18n";
import type { Picker } from "./use-picker";

/** What the order comes to and the button that holds it: below the tickets, at the foot of a phone. */
export function ReserveBar({
  picker: { count, extras, total },
  busy,
  disabled = false,
  onReserve,
}: {
  picker: Picker;
  busy: boolean;
  disabled?: boolean;
  onReserve: () => void;
}) {
  const { say, format } = useI18n();
  const free = count > 0 && total.amount === 0;
  const button = (large: boolean) => (
    <Button
      look="primary"
      size={large ? "large" : "medium"}
      wide={large}
      className={large ? "max-lg:hidden" : "lg:hidden"}
      disabled={count === 0 || disabled}
      busy={busy}
      onClick={onReserve}
    >
      {say(free ? "sale.getFree" : "event.reserve")}
    </Button>
  );
  return (
    <div className="fixed inset-x-0 bottom-0 z-30 border-t bg-surface px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] shadow-lift lg:static lg:bg-sunken/60 lg:py-5 lg:shadow-none">
      <div className="flex items-center justify-between gap-4 lg:mb-3">
        <p aria-live="polite" className="min-w-0 text-sm text-muted">
          {count === 0 ? (
            say("event.chooseTickets")
          ) : (
            <>
              {say("event.chosen", { count })}
              {extras > 0 && ` + ${say("sale.extras", { count: extras })}`}
              <span className="block text-lg font-bold text-ink">
                {free ? say("event.free") : format.money(total)}
              </span>
            </>
          )}
        </p>
        {button(false)}
      </div>
      {button(true)}
      <p className="mt-2 hidden text-center text-caption text-muted lg:block">
        {say(free ? "sale.freeHint" : "event.reserveHint")}
      </p>
    </div>
  );
}

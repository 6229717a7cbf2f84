import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Stepper } from "@/components/ui/stepper";
import { Ticker } from "@/components/ui/ticker";
import type { SaleTypeFragment } from "@/gql/graphql";
import { type Amount, isSame } from "@/lib/format/format";
import { useI18n } from "@/lib/i18n/i18n";
import type { Settled } from "./order";
import { type Sale, stepQuantity } from "./sale";

/** One ticket type as the picker shows it. */
export interface Row extends Settled {
  type: SaleTypeFragment;
  available: number;
  sale: Sale;
  /** Price of one, with the codes that were entered. */
  price: Amount;
  /** Whether a code or a link of its own brought it here. */
  unlocked: boolean;
}

function State({ sale, available, timeZone }: { sale: Sale; available: number; timeZone: string }) {
  const { say, format } = useI18n();
  switch (sale.state) {
    case "sold-out":
      return <Badge tone="bad">{say("event.soldOut")}</Badge>;
    case "over":
      return <Badge>{say("event.salesOver")}</Badge>;
    case "not-yet":
      return (
        <Badge tone="warn">
          {say("event.salesFrom", {
            when: `${format.day(sale.from, timeZone)}, ${format.time(sale.from, timeZone)}`,
          })}
        </Badge>
      );
    case "open":
      return (
        <span className={available <= 20 ? "font-semibold text-warn" : "text-muted"}>
          <Ticker value={available}>{say("event.left", { count: available })}</Ticker>
        </span>
      );
  }
}

/** The limits of a type in words. */
function useLimits({ minPerOrder, maxPerOrder, perPersonLimit, maxPerAdmission }: SaleTypeFragment): string {
  const { say } = useI18n();
  const limits = [
    minPerOrder > 1
      ? say("sale.orderRange", { min: minPerOrder, max: maxPerOrder })
      : say("sale.orderMax", { count: maxPerOrder }),
  ];
  if (maxPerAdmission != null) limits.unshift(say("sale.eachMax", { count: maxPerAdmission }));
  if (perPersonLimit != null) limits.push(say("sale.personMax", { count: perPersonLimit }));
  return limits.join(" · ");
}

/** One kind of ticket: its price, what is left of it, and how many somebody wants. */
export function TicketRow({
  row: { type, available, sale, quantity, max, price, unlocked },
  timeZone,
  onChange,
  byName = false,
  children,
}: {
  row: Row;
  timeZone: string;
  onChange: (quantity: number) => void;
  /** Whether its seats were chosen by name: then their number is not changed here. */
  byName?: boolean;
  /** What belongs to this type besides, for example its seats. */
  children?: ReactNode;
}) {
  const { say, format } = useI18n();
  const limits = useLimits(type);
  const open = sale.state === "open";
  const waits = type.kind === "ADD_ON" && max === 0;
  return (
    <li className="py-4" data-ticket-type={type.id}>
      <div className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <h3 className={open ? "font-semibold" : "font-semibold text-muted"}>
            {type.name} {unlocked && <Badge tone="ok">{say("sale.unlocked")}</Badge>}
          </h3>
          {type.description && <p className="mt-0.5 text-sm text-muted">{type.description}</p>}
          <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span className="text-base font-bold">
              {price.amount === 0 ? say("event.free") : format.money(price)}
            </span>
            {!isSame(price, type.price) && (
              <s className="text-muted">
                <span className="sr-only">{say("sale.insteadOf")} </span>
                {format.money(type.price)}
              </s>
            )}
            <State sale={sale} available={available} timeZone={timeZone} />
          </p>
          {open && <p className="mt-1 text-caption text-muted">{waits ? say("sale.addOnFirst") : limits}</p>}
        </div>
        {open && !byName && (
          <Stepper
            label={say("event.quantityOf", { name: type.name })}
            less={say("event.fewer", { name: type.name })}
            more={say("event.more", { name: type.name })}
            value={quantity}
            max={max}
            onChange={(to) => onChange(stepQuantity(quantity, to, type.minPerOrder, max))}
          />
        )}
      </div>
      {children}
    </li>
  );
}

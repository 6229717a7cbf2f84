import { Badge } from "@/components/ui/badge";
import { Stepper } from "@/components/ui/stepper";
import { Ticker } from "@/components/ui/ticker";
import type { TicketPickerFragment } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";
import { type Sale, stepQuantity } from "./sale";

type TicketType = TicketPickerFragment["ticketTypes"][number];

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

/** One kind of ticket: its price, what is left of it, and how many somebody wants. */
export function TicketRow({
  type,
  available,
  sale,
  quantity,
  timeZone,
  onChange,
}: {
  type: TicketType;
  available: number;
  sale: Sale;
  quantity: number;
  timeZone: string;
  onChange: (quantity: number) => void;
}) {
  const { say, format } = useI18n();
  const open = sale.state === "open";
  return (
    <li className="flex items-start justify-between gap-4 py-4" data-ticket-type={type.id}>
      <div className="min-w-0">
        <h3 className={open ? "font-semibold" : "font-semibold text-muted"}>{type.name}</h3>
        {type.description && <p className="mt-0.5 text-sm text-muted">{type.description}</p>}
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
          <span className="text-base font-bold">
            {type.price.amount === 0 ? say("event.free") : format.money(type.price)}
          </span>
          <State sale={sale} available={available} timeZone={timeZone} />
        </p>
        {open && type.minPerOrder > 1 && (
          <p className="mt-1 text-caption text-muted">{say("event.atLeast", { count: type.minPerOrder })}</p>
        )}
      </div>
      {open && (
        <Stepper
          label={say("event.quantityOf", { name: type.name })}
          less={say("event.fewer", { name: type.name })}
          more={say("event.more", { name: type.name })}
          value={quantity}
          max={sale.max}
          onChange={(to) => onChange(stepQuantity(quantity, to, type.minPerOrder, sale.max))}
        />
      )}
    </li>
  );
}

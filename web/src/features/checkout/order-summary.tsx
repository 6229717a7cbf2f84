import { Cover } from "@/components/cover/cover";
import { Card } from "@/components/ui/card";
import { When } from "@/components/when";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

export const orderSummaryFragment = graphql(`
  fragment OrderSummary on Booking {
    id
    reference
    codes
    total {
      amount
      currency
    }
    items {
      name
      quantity
      unitPrice {
        amount
        currency
      }
      total {
        amount
        currency
      }
      fullPrice {
        amount
        currency
      }
      seats {
        id
        label
      }
      ticketType {
        id
        taxRate
        taxName
      }
    }
    event {
      id
      title
      startsAt
      timeZone
      coverUrl
      category {
        id
        slug
      }
      venue {
        id
        name
        city
      }
    }
  }
`);

/** What is being bought, and for how much. */
export function OrderSummary({ booking }: { booking: FragmentType<typeof orderSummaryFragment> }) {
  const { say, format } = useI18n();
  const { reference, codes, total, items, event } = readFragment(orderSummaryFragment, booking);
  const taxes = new Set(
    items
      .filter(({ unitPrice, ticketType }) => unitPrice.amount > 0 && ticketType.taxRate > 0)
      .map(({ ticketType }) => `${format.number(ticketType.taxRate / 100)} % ${ticketType.taxName}`),
  );
  return (
    <Card className="overflow-hidden">
      <Cover id={event.id} category={event.category.slug} url={event.coverUrl} className="h-28" />
      <div className="p-5">
        <h2 className="font-display text-lg leading-snug font-bold">{event.title}</h2>
        <p className="mt-1 text-sm text-muted">
          <When startsAt={event.startsAt} timeZone={event.timeZone} />
        </p>
        <p className="text-sm text-muted">
          {event.venue ? `${event.venue.name}, ${event.venue.city}` : say("browse.online")}
        </p>
        <ul className="mt-4 space-y-2 border-t pt-4 text-[0.9375rem]">
          {items.map((item) => (
            <li key={item.ticketType.id} className="flex justify-between gap-4">
              <span>
                {item.quantity} × {item.name}
                <span className="block text-caption text-muted">
                  {item.unitPrice.amount === 0
                    ? say("event.free")
                    : say("checkout.each", { price: format.money(item.unitPrice) })}{" "}
                  {item.fullPrice && (
                    <s>
                      <span className="sr-only">{say("sale.insteadOf")} </span>
                      {format.money(item.fullPrice)}
                    </s>
                  )}
                </span>
                {item.seats.map(({ id, label }) => (
                  <span key={id} className="block text-caption font-semibold">
                    {label}
                  </span>
                ))}
              </span>
              <span className="tabular-nums">{format.money(item.total)}</span>
            </li>
          ))}
        </ul>
        <p className="mt-4 flex items-baseline justify-between border-t pt-4">
          <span className="font-semibold">{say("checkout.total")}</span>
          <span className="font-display text-xl font-bold tabular-nums">{format.money(total)}</span>
        </p>
        {codes.length > 0 && (
          <p className="text-caption text-muted">{say("pay.withCodes", { codes: codes.join(", ") })}</p>
        )}
        <p className="text-caption text-muted">
          {[say("checkout.noFees"), ...[...taxes].map((tax) => say("pay.includes", { tax }))].join(" ")}
        </p>
        <p className="mt-3 text-caption text-muted">{say("checkout.reference", { reference })}</p>
      </div>
    </Card>
  );
}

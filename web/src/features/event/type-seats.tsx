import { Armchair } from "lucide-react";
import { useQuery } from "urql";
import { Button } from "@/components/ui/button";
import { useI18n } from "@/lib/i18n/i18n";
import { seatsChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { seatMapQuery } from "./seats/seat-query";
import type { Row } from "./ticket-row";

/** The numbered seats of a type below its row: those that were chosen by name, or that the best are given. */
export function TypeSeats({ eventId, row, onOpen }: { eventId: string; row: Row; onOpen: () => void }) {
  const { say } = useI18n();
  const dispatch = useAppDispatch();
  const chosen = useAppSelector((state) => state.checkout.carts[eventId]?.seats?.[row.type.id]);
  const [{ data }] = useQuery({ query: seatMapQuery, variables: { eventId }, pause: !chosen });
  const labels = (data?.event?.seatMap?.sections ?? []).flatMap((section) =>
    section.rows.flatMap(({ name, seats }) =>
      seats
        .filter(({ id }) => chosen?.includes(id))
        .map(({ id, number }) => ({
          id,
          label: say("seats.label", { section: section.name, row: name, number: String(number) }),
        })),
    ),
  );
  return (
    <div className="mt-2">
      {labels.length > 0 && (
        <ul aria-label={say("seats.title")} className="mb-2 flex flex-wrap gap-1.5">
          {labels.map(({ id, label }) => (
            <li
              key={id}
              className="rounded-full bg-brand-soft px-2.5 py-0.5 text-caption font-semibold text-brand"
            >
              {label}
            </li>
          ))}
        </ul>
      )}
      {!chosen && row.quantity > 0 && <p className="mb-2 text-caption text-muted">{say("seats.bestHint")}</p>}
      <div className="flex flex-wrap gap-2">
        <Button size="small" aria-label={`${say("seats.open")}: ${row.type.name}`} onClick={onOpen}>
          <Armchair aria-hidden className="size-4" />
          {say(chosen ? "seats.change" : "seats.open")}
        </Button>
        {chosen && (
          <Button
            size="small"
            look="quiet"
            aria-label={`${say("seats.clear")}: ${row.type.name}`}
            onClick={() => dispatch(seatsChosen(eventId, row.type.id, []))}
          >
            {say("seats.clear")}
          </Button>
        )}
      </div>
    </div>
  );
}

import { Accessibility } from "lucide-react";
import { useState } from "react";
import { classes } from "@/components/ui/classes";
import { SelectField } from "@/components/ui/field";
import { useI18n } from "@/lib/i18n/i18n";
import type { House, Seat } from "./house";

/** The same seats without the drawing: one section and one row at a time, each seat a button. */
export function SeatList({
  house,
  buyable,
  chosen,
  describe,
  onToggle,
}: {
  house: House;
  /** The ticket types that can be bought now. */
  buyable: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
  describe: (seat: Seat) => string;
  onToggle: (seat: Seat) => void;
}) {
  const { say } = useI18n();
  const [sectionAt, setSection] = useState(0);
  const [rowAt, setRow] = useState(0);
  const section = house.sections[sectionAt] ?? house.sections[0];
  const row = section?.rows[rowAt] ?? section?.rows[0];
  const free = (seats: readonly Seat[]) =>
    seats.filter((seat) => seat.free && buyable.has(seat.typeId)).length;
  return (
    <div className="grid gap-4">
      <div className="grid grid-cols-2 gap-3">
        <SelectField
          label={say("seats.section")}
          value={sectionAt}
          onChange={(event) => {
            setSection(Number(event.target.value));
            setRow(0);
          }}
        >
          {house.sections.map(({ name }, at) => (
            <option key={name} value={at}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={say("seats.row")}
          value={rowAt}
          onChange={(event) => setRow(Number(event.target.value))}
        >
          {section?.rows.map(({ name, seats }, at) => (
            <option key={name} value={at}>
              {say("seats.rowFree", { row: name, count: free(seats) })}
            </option>
          ))}
        </SelectField>
      </div>
      <ul className="flex flex-wrap gap-2">
        {row?.seats.map((seat) => {
          const mine = chosen.has(seat.id);
          const can = mine || (seat.free && buyable.has(seat.typeId));
          return (
            <li key={seat.id}>
              <button
                type="button"
                aria-pressed={mine}
                aria-label={describe(seat)}
                disabled={!can}
                onClick={() => onToggle(seat)}
                className={classes(
                  "flex size-11 items-center justify-center gap-0.5 rounded-control border text-sm font-semibold tabular-nums",
                  mine && "border-brand bg-brand-fill text-white",
                  !mine && can && "border-line-strong bg-surface hover:bg-sunken",
                  !can && "border-line bg-sunken text-muted line-through opacity-60",
                )}
              >
                {seat.number}
                {seat.accessible && <Accessibility aria-hidden className="size-3.5" />}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

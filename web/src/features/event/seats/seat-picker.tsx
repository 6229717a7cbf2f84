import { List, Map as MapIcon, Minus, Plus, Sparkles } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SelectField } from "@/components/ui/field";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { useI18n } from "@/lib/i18n/i18n";
import { seatsChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import type { Row } from "../ticket-row";
import { bestSeats } from "./best";
import { layOut, type Seat } from "./house";
import { SeatCanvas } from "./seat-canvas";
import { SeatList } from "./seat-list";
import { seatMapQuery } from "./seat-query";

const palette = ["var(--chart-3)", "var(--chart-4)", "var(--chart-2)", "var(--chart-5)", "var(--chart-1)"];
const pitches = [14, 18, 22, 28, 36, 46];
const none: Readonly<Record<string, readonly string[]>> = {};

/** Chooses numbered seats: on the drawing, from a list, or the best together. What is chosen is in the cart at once. */
export function SeatPicker({
  eventId,
  rows,
  typeId,
  revision,
  open,
  onOpenChange,
}: {
  eventId: string;
  rows: readonly Row[];
  /** The ticket type that seats are wanted of. */
  typeId: string;
  /** Grows when anything was sold or given back: then the map is asked for anew. */
  revision: number;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const { say, format } = useI18n();
  const dispatch = useAppDispatch();
  const [{ data, error }, again] = useQuery({
    query: seatMapQuery,
    variables: { eventId },
    requestPolicy: "cache-and-network",
  });
  const seats = useAppSelector((state) => state.checkout.carts[eventId]?.seats) ?? none;
  const [view, setView] = useState<"map" | "list">("map");
  const [zoom, setZoom] = useState(() => (window.innerWidth < 640 ? 2 : 3));
  const [wishType, setWishType] = useState(typeId);
  const [wishCount, setWishCount] = useState(2);
  const [show, setShow] = useState<Seat | null>(null);
  const [wishAccessible, setWishAccessible] = useState(false);
  const [problem, setProblem] = useState("");

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the reason to ask
  useEffect(() => {
    const timer = setTimeout(() => again({ requestPolicy: "network-only" }), 250);
    return () => clearTimeout(timer);
  }, [revision, again]);

  const map = data?.event?.seatMap;
  const house = useMemo(() => map && layOut(map), [map]);
  const types = rows.filter(
    ({ type, sale }) =>
      sale.state === "open" && map?.sections.some(({ ticketType }) => ticketType.id === type.id),
  );
  const colourKey = types.map(({ type }) => type.id).join(" ");
  const colours = useMemo(
    () => new Map(colourKey.split(" ").map((id, at) => [id, palette[at % palette.length] ?? ""] as const)),
    [colourKey],
  );
  const chosen = useMemo(() => new Set(Object.values(seats).flat()), [seats]);
  const label = ({ section, row, number }: Seat) =>
    say("seats.label", { section, row, number: String(number) });

  // Seats that others took while they were only chosen leave the cart; holds begin with Reserve.
  useEffect(() => {
    if (!house) return;
    for (const [typeId, ids] of Object.entries(seats)) {
      const lost = ids.flatMap((id) => {
        const seat = house.seats.get(id);
        return seat && !seat.free ? seat : [];
      });
      if (lost.length === 0) continue;
      dispatch(
        seatsChosen(
          eventId,
          typeId,
          ids.filter((id) => !lost.some((seat) => seat.id === id)),
        ),
      );
      for (const { section, row, number } of lost)
        toast(say("seats.lost", { seat: say("seats.label", { section, row, number: String(number) }) }));
    }
  }, [house, seats, eventId, dispatch, say]);

  const rowOf = (typeId: string) => rows.find(({ type }) => type.id === typeId);
  const describe = (seat: Seat) => {
    const row = rowOf(seat.typeId);
    const state = chosen.has(seat.id) ? "seats.yours" : seat.free && row ? "seats.free" : "seats.taken";
    return [
      label(seat),
      row && format.money(row.price),
      seat.accessible && say("seats.accessible"),
      say(state),
    ]
      .filter(Boolean)
      .join(", ");
  };
  const toggle = (seat: Seat) => {
    setProblem("");
    const before = seats[seat.typeId] ?? [];
    if (before.includes(seat.id)) {
      dispatch(
        seatsChosen(
          eventId,
          seat.typeId,
          before.filter((id) => id !== seat.id),
        ),
      );
      return;
    }
    const row = types.find(({ type }) => type.id === seat.typeId);
    if (!row || !seat.free) return setProblem(say("seats.cannot", { seat: label(seat) }));
    if (before.length >= row.max)
      return setProblem(say("seats.most", { count: row.max, name: row.type.name }));
    dispatch(seatsChosen(eventId, seat.typeId, [...before, seat.id]));
  };
  const wished = types.find(({ type }) => type.id === wishType) ?? types[0];
  const choose = () => {
    if (!house || !wished) return;
    setProblem("");
    const found = bestSeats(house, wished.type.id, wishCount, wishAccessible);
    if (!found)
      return setProblem(
        say(wishAccessible ? "seats.noneAccessible" : "seats.noneLeft", { count: wishCount }),
      );
    if (wishCount > wished.max)
      return setProblem(say("seats.most", { count: wished.max, name: wished.type.name }));
    dispatch(
      seatsChosen(
        eventId,
        wished.type.id,
        found.map(({ id }) => id),
      ),
    );
    setWishType(wished.type.id);
    setShow(found[0] ?? null);
  };

  const bought = types
    .map((row) => ({ row, ids: seats[row.type.id] ?? [] }))
    .filter(({ ids }) => ids.length > 0);
  const amount = bought.reduce((sum, { row, ids }) => sum + ids.length * row.price.amount, 0);
  const currency = rows[0]?.price.currency ?? "EUR";

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={say("seats.title")} wide>
      {!house && !error && <Skeleton className="mt-4 h-80" />}
      {!data && error && <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />}
      {house && (
        <div className="mt-4 grid gap-4">
          <fieldset className="flex flex-wrap items-end gap-3">
            <legend className="sr-only">{say("seats.best")}</legend>
            <SelectField
              className="w-24"
              label={say("seats.howMany")}
              value={wishCount}
              onChange={(event) => setWishCount(Number(event.target.value))}
            >
              {[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((count) => (
                <option key={count}>{count}</option>
              ))}
            </SelectField>
            <SelectField
              className="min-w-40 grow sm:max-w-64"
              label={say("seats.where")}
              value={wished?.type.id ?? ""}
              onChange={(event) => setWishType(event.target.value)}
            >
              {types.map(({ type, price }) => (
                <option key={type.id} value={type.id}>
                  {type.name}, {format.money(price)}
                </option>
              ))}
            </SelectField>
            <Button onClick={choose} disabled={!wished}>
              <Sparkles aria-hidden className="size-4" />
              {say("seats.best")}
            </Button>
            <label className="flex min-h-11 items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-[var(--brand)]"
                checked={wishAccessible}
                onChange={(event) => setWishAccessible(event.target.checked)}
              />
              {say("seats.wishAccessible")}
            </label>
          </fieldset>

          <div className="flex flex-wrap items-center justify-between gap-2">
            <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
              {types.map(({ type }) => (
                <li key={type.id} className="flex items-center gap-1.5">
                  <span
                    aria-hidden="true"
                    className="size-3 rounded-full"
                    style={{ background: colours.get(type.id) }}
                  />
                  {type.name}
                </li>
              ))}
              <li className="flex items-center gap-1.5">
                <span aria-hidden="true" className="mx-0.5 size-1.5 rounded-full bg-line-strong" />
                {say("seats.takenLegend")}
              </li>
              <li className="flex items-center gap-1.5">
                <span aria-hidden="true" className="size-3 bg-muted" />
                {say("seats.accessibleLegend")}
              </li>
            </ul>
            <div className="flex items-center">
              {view === "map" && (
                <>
                  <IconButton
                    label={say("seats.smaller")}
                    disabled={zoom === 0}
                    onClick={() => setZoom(zoom - 1)}
                  >
                    <Minus aria-hidden className="size-4" />
                  </IconButton>
                  <IconButton
                    label={say("seats.larger")}
                    disabled={zoom === pitches.length - 1}
                    onClick={() => setZoom(zoom + 1)}
                  >
                    <Plus aria-hidden className="size-4" />
                  </IconButton>
                </>
              )}
              <Button size="small" look="quiet" onClick={() => setView(view === "map" ? "list" : "map")}>
                {view === "map" ? (
                  <List aria-hidden className="size-4" />
                ) : (
                  <MapIcon aria-hidden className="size-4" />
                )}
                {say(view === "map" ? "seats.asList" : "seats.asMap")}
              </Button>
            </div>
          </div>

          {view === "map" ? (
            <SeatCanvas
              house={house}
              colours={colours}
              chosen={chosen}
              pitch={pitches[zoom] ?? 22}
              show={show}
              describe={describe}
              onToggle={toggle}
            />
          ) : (
            <SeatList
              house={house}
              buyable={new Set(colours.keys())}
              chosen={chosen}
              describe={describe}
              onToggle={toggle}
            />
          )}
          <p role="alert" className="text-sm font-semibold text-bad empty:hidden">
            {problem}
          </p>
          <div className="flex flex-wrap items-center justify-between gap-3 border-t pt-4">
            <p aria-live="polite" className="min-w-0 text-sm">
              {chosen.size === 0 ? (
                <span className="text-muted">{say("seats.noneChosen")}</span>
              ) : (
                <>
                  <span className="text-muted">
                    {[...chosen]
                      .flatMap((id) => (house.seats.get(id) ? label(house.seats.get(id) as Seat) : []))
                      .join(" · ")}
                  </span>
                  <span className="block font-bold">{format.money({ amount, currency })}</span>
                </>
              )}
            </p>
            <Button look="primary" className="max-sm:w-full" onClick={() => onOpenChange(false)}>
              {say(chosen.size === 0 ? "common.close" : "seats.done")}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useI18n } from "@/lib/i18n/i18n";
import { type House, neighbour, type Seat, seatAt } from "./house";

/** How the seats of one kind are drawn, all of them by one path: fifty thousand are a few shapes. */
function dots(seats: readonly Seat[], radius: number): string {
  return seats
    .map(
      ({ x, y }) =>
        `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`,
    )
    .join("");
}

function squares(seats: readonly Seat[], half: number): string {
  return seats.map(({ x, y }) => `M${x - half} ${y - half}h${2 * half}v${2 * half}h${-2 * half}z`).join("");
}

const keys = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

/**
 * The drawing of a house. Seats are pressed, or walked by arrows and chosen with Enter or the space bar; where the cursor is
 * and what it does is read out. `pitch` is the distance of two neighbours in pixels.
 */
export function SeatCanvas({
  house,
  colours,
  chosen,
  pitch,
  show,
  describe,
  onToggle,
}: {
  house: House;
  /** The colour of each ticket type that can be bought now, by id. */
  colours: ReadonlyMap<string, string>;
  chosen: ReadonlySet<string>;
  pitch: number;
  /** A seat to bring into view. */
  show: Seat | null;
  /** A seat in words, with whether it can be had. */
  describe: (seat: Seat) => string;
  onToggle: (seat: Seat) => void;
}) {
  const { say } = useI18n();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Seat | null>(null);
  const [focused, setFocused] = useState(false);
  const at = cursor && (house.seats.get(cursor.id) ?? null);

  const paths = useMemo(() => {
    const seats = [...house.seats.values()];
    const buyable = (seat: Seat) => seat.free && colours.has(seat.typeId) && !chosen.has(seat.id);
    return {
      taken: dots(
        seats.filter((seat) => !buyable(seat) && !chosen.has(seat.id)),
        0.16,
      ),
      free: [...colours].map(([typeId, colour]) => ({
        typeId,
        colour,
        plain: dots(
          seats.filter((seat) => seat.typeId === typeId && buyable(seat) && !seat.accessible),
          0.36,
        ),
        accessible: squares(
          seats.filter((seat) => seat.typeId === typeId && buyable(seat) && seat.accessible),
          0.34,
        ),
      })),
    };
  }, [house, colours, chosen]);

  // Where the cursor is, or what was just chosen, stays in view; at first it is the middle.
  const target = focused ? at : show;
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    if (!target) {
      box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
      return;
    }
    const left = target.x * pitch;
    const top = target.y * pitch;
    if (left < box.scrollLeft + pitch || left > box.scrollLeft + box.clientWidth - pitch)
      box.scrollLeft = left - box.clientWidth / 2;
    if (top < box.scrollTop + pitch || top > box.scrollTop + box.clientHeight - pitch)
      box.scrollTop = top - box.clientHeight / 2;
  }, [target, pitch]);

  const press = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const seat = seatAt(house, (event.clientX - box.left) / pitch, (event.clientY - box.top) / pitch);
    if (!seat) return;
    setCursor(seat);
    onToggle(seat);
  };
  const key = (event: KeyboardEvent) => {
    const from = at ?? house.rows[0]?.seats[0];
    if (!from) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      setCursor(from);
      onToggle(from);
    } else if (keys.includes(event.key)) {
      event.preventDefault();
      setCursor(at ? (neighbour(house, from, event.key) ?? from) : from);
    }
  };
  const marked = [...chosen].flatMap((seatId) => house.seats.get(seatId) ?? []);

  return (
    <div
      ref={frame}
      className="max-h-[min(52dvh,34rem)] overflow-auto overscroll-contain rounded-control border bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-brand"
    >
      <p id={`${id}-how`} className="sr-only">
        {say("seats.how")}
      </p>
      <p aria-live="polite" className="sr-only">
        {focused && at ? describe(at) : ""}
      </p>
      <svg
        // A drawing that is walked by arrows: what a reader's own keys would do here makes no sense.
        role="application"
        aria-label={say("seats.map")}
        aria-describedby={`${id}-how`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        tabIndex={0}
        viewBox={`0 0 ${house.width} ${house.height}`}
        width={house.width * pitch}
        height={house.height * pitch}
        className="mx-auto block cursor-pointer touch-manipulation select-none outline-none"
        onClick={press}
        onKeyDown={key}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <rect
          x={house.width * 0.2}
          y={0.5}
          width={house.width * 0.6}
          height={0.9}
          rx={0.3}
          className="fill-stage"
        />
        <text x={house.width / 2} y={1.12} fontSize={0.52} textAnchor="middle" fill="#fff" fontWeight={700}>
          {say("seats.stage")}
        </text>
        {house.sections.map((section) => (
          <text
            key={section.name}
            x={house.width / 2}
            y={section.y + 0.25}
            fontSize={0.6}
            fontWeight={700}
            textAnchor="middle"
            className="fill-ink"
          >
            {section.name}
          </text>
        ))}
        {house.rows.map(({ name, seats, y }) => (
          <text
            key={seats[0]?.id}
            x={(seats[0]?.x ?? 0) - 0.95}
            y={y + 0.17}
            fontSize={0.46}
            textAnchor="middle"
            className="fill-muted"
          >
            {name}
          </text>
        ))}
        <path d={paths.taken} className="fill-line-strong" />
        {paths.free.map(({ typeId, colour, plain, accessible }) => (
          <g key={typeId} fill={colour}>
            <path d={plain} />
            <path d={accessible} />
          </g>
        ))}
        {marked.map(({ id: seatId, x, y, number }) => (
          <g key={seatId}>
            <circle cx={x} cy={y} r={0.46} className="fill-brand-fill" />
            <text x={x} y={y + 0.16} fontSize={0.42} fontWeight={700} textAnchor="middle" fill="#fff">
              {number}
            </text>
          </g>
        ))}
        {focused && at && (
          <circle cx={at.x} cy={at.y} r={0.56} fill="none" strokeWidth={0.1} className="stroke-ink" />
        )}
      </svg>
    </div>
  );
}

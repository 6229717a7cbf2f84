import type { SeatMap } from "./seat-query";

/** A numbered seat with its place: in the house by section and row, in the drawing by x and y. */
export interface Seat {
  id: string;
  typeId: string;
  section: string;
  row: string;
  number: number;
  accessible: boolean;
  free: boolean;
  /** Which row of the house, 0 is the best. */
  rank: number;
  x: number;
  y: number;
}

export interface Row {
  name: string;
  y: number;
  /** Where the row's first seat is drawn. */
  x: number;
  seats: Seat[];
}

export interface Section {
  name: string;
  typeId: string;
  y: number;
  rows: Row[];
}

/** A seat map laid out: one unit is the distance of two neighbours. */
export interface House {
  width: number;
  height: number;
  sections: Section[];
  rows: Row[];
  seats: Map<string, Seat>;
}

/** Room left and right of the widest row, for its name. */
const margin = 1.5;
/** Room for the stage above all, and for the name above each section. */
const stage = 2;
const heading = 1.6;

/** By how much the numbers of neighbours differ: 1, or 2 where one side of the house has the odd and one the even ones. */
export function stepOf(numbers: readonly number[]): number {
  let step = Number.POSITIVE_INFINITY;
  for (let at = 1; at < numbers.length; at++)
    step = Math.min(step, (numbers[at] ?? 0) - (numbers[at - 1] ?? 0));
  return Number.isFinite(step) ? step : 1;
}

/** Lays a seat map out: sections below each other, the best on top, their rows centred. Missing numbers leave a gap. */
export function layOut(map: SeatMap): House {
  const spans = map.sections.flatMap(({ rows }) =>
    rows.map(({ seats }) => {
      const numbers = seats.map(({ number }) => number);
      return ((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)) / stepOf(numbers) + 1;
    }),
  );
  const width = Math.max(4, ...spans) + 2 * margin;
  const house: House = { width, height: 0, sections: [], rows: [], seats: new Map() };
  let y = stage;
  for (const { name, ticketType, rows } of map.sections) {
    const section: Section = { name, typeId: ticketType.id, y: y + heading / 2, rows: [] };
    y += heading;
    for (const { name: rowName, seats } of rows) {
      const numbers = seats.map(({ number }) => number);
      const step = stepOf(numbers);
      const first = numbers[0] ?? 0;
      const x = (width - (spans[house.rows.length] ?? 0)) / 2 + 0.5;
      const row: Row = { name: rowName, x, y: y + 0.5, seats: [] };
      for (const { id, number, accessible, status } of seats) {
        const seat: Seat = {
          id,
          typeId: ticketType.id,
          section: name,
          row: rowName,
          number,
          accessible,
          free: status === "FREE",
          rank: house.rows.length,
          x: x + (number - first) / step,
          y: row.y,
        };
        row.seats.push(seat);
        house.seats.set(id, seat);
      }
      section.rows.push(row);
      house.rows.push(row);
      y += 1;
    }
    house.sections.push(section);
  }
  house.height = y + 0.5;
  return house;
}

/** The seat drawn at a place; undefined between them. */
export function seatAt(house: House, x: number, y: number): Seat | undefined {
  const row = house.rows.find((each) => Math.abs(each.y - y) <= 0.5);
  return row?.seats.find((each) => Math.abs(each.x - x) <= 0.5);
}

/** Where an arrow key leads from a seat: the neighbour in its row, or the nearest one in the row before or after. */
export function neighbour(house: House, from: Seat, key: string): Seat | undefined {
  const row = house.rows[from.rank];
  const at = row?.seats.indexOf(from) ?? -1;
  switch (key) {
    case "ArrowLeft":
      return row?.seats[at - 1];
    case "ArrowRight":
      return row?.seats[at + 1];
    case "Home":
      return row?.seats[0];
    case "End":
      return row?.seats.at(-1);
    case "ArrowUp":
    case "ArrowDown": {
      const next = house.rows[from.rank + (key === "ArrowUp" ? -1 : 1)];
      return next?.seats.reduce<Seat | undefined>(
        (best, seat) => (best && Math.abs(best.x - from.x) <= Math.abs(seat.x - from.x) ? best : seat),
        undefined,
      );
    }
  }
  return undefined;
}

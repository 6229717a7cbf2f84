import type { House, Row, Seat } from "./house";

/** How many rows further back people rather sit than leave one seat alone that hardly anybody buys. */
const singleGap = 2;

interface Run {
  seats: Seat[];
  rank: number;
  /** Where the middle of the row is. */
  middle: number;
}

/** Where in a run. */
interface Place {
  run: Run;
  at: number;
}

/** Free seats of a type beside each other. */
function runsOf(house: House, typeId: string, accessible: boolean, taken: ReadonlySet<string>): Run[] {
  const runs: Run[] = [];
  const walk = (row: Row, rank: number) => {
    const middle = ((row.seats[0]?.x ?? 0) + (row.seats.at(-1)?.x ?? 0)) / 2;
    let seats: Seat[] = [];
    const end = () => {
      if (seats.length > 0) runs.push({ seats, rank, middle });
      seats = [];
    };
    for (const seat of row.seats) {
      const last = seats.at(-1);
      const fits =
        seat.typeId === typeId && seat.free && seat.accessible === accessible && !taken.has(seat.id);
      if (!fits || (last && seat.x - last.x > 1.01)) end();
      if (fits) seats.push(seat);
    }
    end();
  };
  house.rows.forEach(walk);
  return runs;
}

/** The best place for `size` seats beside each other: near a row if one is given, no single seat left over, in the middle. */
function pick(runs: readonly Run[], size: number, near: number | null): Place | null {
  let best: (Place & { row: number; off: number }) | null = null;
  for (const run of runs) {
    for (let at = 0; at + size <= run.seats.length; at++) {
      const middle = ((run.seats[at]?.x ?? 0) + (run.seats[at + size - 1]?.x ?? 0)) / 2;
      const off = Math.abs(middle - run.middle);
      let row = near === null ? run.rank : Math.abs(run.rank - near);
      for (const left of [at, run.seats.length - at - size]) if (left === 1) row += singleGap;
      if (!best || row < best.row || (row === best.row && off < best.off)) best = { run, at, row, off };
    }
  }
  return best;
}

/**
 * The best `count` free seats of a type as the server would give them: together if that can be, else in as few groups as
 * can be, near each other and nobody alone where it can be helped. Null when there are not that many.
 */
export function bestSeats(
  house: House,
  typeId: string,
  count: number,
  accessible: boolean,
  taken: ReadonlySet<string> = new Set(),
): Seat[] | null {
  let runs = runsOf(house, typeId, accessible, taken);
  const chosen: Seat[] = [];
  let near: number | null = null;
  for (let left = count; left > 0; ) {
    let size = Math.min(left, Math.max(0, ...runs.map(({ seats }) => seats.length)));
    // Two sit together rather than one alone.
    if (left - size === 1 && size > 2) size -= 1;
    const found: Place | null = size > 0 ? pick(runs, size, near) : null;
    if (!found) return null;
    const { run, at }: Place = found;
    chosen.push(...run.seats.slice(at, at + size));
    runs = [
      ...runs.filter((each) => each !== run),
      { ...run, seats: run.seats.slice(0, at) },
      { ...run, seats: run.seats.slice(at + size) },
    ].filter(({ seats }) => seats.length > 0);
    near = run.rank;
    left -= size;
  }
  return chosen.sort((a, b) => a.rank - b.rank || a.x - b.x);
}

import { describe, expect, it } from "vitest";
import { bestSeats } from "./best";
import { layOut, neighbour, seatAt } from "./house";

/** A house from rows like `..x.` (free, taken, `a` accessible, a blank for a number that does not exist). */
function house(...rows: string[]) {
  return layOut({
    sections: [
      {
        name: "Stalls",
        ticketType: { id: "t" },
        rows: rows.map((row, r) => ({
          name: String.fromCharCode(65 + r),
          seats: [...row].flatMap((sign, n) =>
            sign === " "
              ? []
              : [
                  {
                    id: `${String.fromCharCode(65 + r)}${n + 1}`,
                    number: n + 1,
                    accessible: sign === "a",
                    status: sign === "x" ? ("SOLD" as const) : ("FREE" as const),
                  },
                ],
          ),
        })),
      },
    ],
  });
}

const best = (of: ReturnType<typeof house>, count: number, accessible = false) =>
  bestSeats(of, "t", count, accessible)
    ?.map(({ id }) => id)
    .join(" ");

describe("bestSeats", () => {
  it("sits in the middle of the best row", () => {
    expect(best(house("........", "........"), 2)).toBe("A4 A5");
  });

  it("keeps a group together further back rather than apart", () => {
    expect(best(house("..x..x..", "........"), 3)).toBe("B3 B4 B5");
  });

  it("leaves no single seat where a row further back does without", () => {
    expect(best(house("...xxxxx", "xx....xx"), 2)).toBe("B3 B4");
  });

  it("counts a missing number as a gap", () => {
    expect(best(house(".. ..", "....."), 3)).toBe("B1 B2 B3");
  });

  it("parts a group only where it must, nobody alone where it can be helped", () => {
    expect(best(house("...x", "..xx"), 4)).toBe("A2 A3 B1 B2");
    expect(best(house("..xx", "x.xx"), 4)).toBeUndefined();
  });

  it("keeps accessible seats for those who ask for them", () => {
    expect(best(house("a..a"), 3)).toBeUndefined();
    expect(best(house("a..a"), 1, true)).toBe("A1");
  });
});

describe("the drawing", () => {
  const drawn = house("... ...", ".....");
  const seat = (id: string) => drawn.seats.get(id) ?? expect.fail(`no seat ${id}`);

  it("finds what is drawn where", () => {
    for (const each of drawn.seats.values()) expect(seatAt(drawn, each.x + 0.3, each.y - 0.3)).toBe(each);
    const gap = (seat("A3").x + seat("A5").x) / 2;
    expect(seatAt(drawn, gap, seat("A3").y)).toBeUndefined();
  });

  it("is walked by arrows", () => {
    expect(neighbour(drawn, seat("A3"), "ArrowRight")?.id).toBe("A5");
    expect(neighbour(drawn, seat("A1"), "ArrowLeft")).toBeUndefined();
    expect(neighbour(drawn, seat("A1"), "ArrowDown")?.id).toBe("B1");
    expect(neighbour(drawn, seat("B5"), "Home")?.id).toBe("B1");
  });
});

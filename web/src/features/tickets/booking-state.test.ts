import { describe, expect, it } from "vitest";
import { splitBookings } from "./booking-state";

const now = Date.parse("2027-03-01T12:00:00Z");
const booking = (id: string, status: "HELD" | "CONFIRMED" | "EXPIRED" | "CANCELLED", day: string) => ({
  id,
  status,
  event: { startsAt: `2027-${day}T19:00:00Z`, endsAt: `2027-${day}T22:00:00Z` },
});

describe("splitBookings", () => {
  it("sorts what is to come forwards and what was backwards", () => {
    const { upcoming, past } = splitBookings(
      [
        booking("later", "CONFIRMED", "05-01"),
        booking("old", "CONFIRMED", "01-01"),
        booking("soon", "HELD", "03-02"),
        booking("ended", "CANCELLED", "04-01"),
        booking("lapsed", "EXPIRED", "02-01"),
      ],
      now,
    );
    expect(upcoming.map(({ id }) => id)).toEqual(["soon", "later"]);
    expect(past.map(({ id }) => id)).toEqual(["ended", "lapsed", "old"]);
  });

  it("keeps an event that is on just now", () => {
    expect(
      splitBookings(
        [
          {
            ...booking("now", "CONFIRMED", "03-01"),
            event: { startsAt: "2027-03-01T11:00:00Z", endsAt: "2027-03-01T13:00:00Z" },
          },
        ],
        now,
      ).upcoming,
    ).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { draftOf, type EventDraft, newDraft, newType, readDraft } from "./event-draft";
import { readAmount, writeAmount } from "./money-input";

const good: EventDraft = {
  ...newDraft("Europe/Berlin", "Standard"),
  title: " Night of Jazz ",
  startsAt: "2027-07-01T19:30",
  endsAt: "2027-07-01T23:00",
  venue: { id: "ven_1", name: "Hall", city: "Berlin" },
  categoryId: "cat_1",
  ticketTypes: [newType("Standard", "12,5", "100")],
};

describe("readDraft", () => {
  it("makes the input of a good draft", () => {
    const read = readDraft(good);
    expect(read).toMatchObject({
      input: {
        title: "Night of Jazz",
        startsAt: "2027-07-01T17:30:00.000Z",
        venueId: "ven_1",
        coverUrl: null,
        ticketTypes: [{ id: null, name: "Standard", priceAmount: 1250, currency: "EUR", capacity: 100 }],
      },
    });
  });

  it("names what is missing, row by row", () => {
    const read = readDraft({
      ...newDraft("Nowhere/Land", "Standard"),
      ticketTypes: [newType("Standard", "5", "10"), newType("", "5.555", "none")],
    });
    expect(read).toEqual({
      problems: {
        title: "manage.needTitle",
        categoryId: "manage.needCategory",
        venueId: "manage.needVenue",
        timeZone: "manage.badZone",
        startsAt: "manage.needStart",
        endsAt: "manage.needEnd",
        "ticketTypes.1.name": "manage.needName",
        "ticketTypes.1.priceAmount": "manage.badPrice",
        "ticketTypes.1.capacity": "manage.badCapacity",
      },
    });
  });

  it("wants the end after the start, and no venue online", () => {
    expect(readDraft({ ...good, endsAt: good.startsAt })).toEqual({
      problems: { endsAt: "manage.endAfterStart" },
    });
    expect(readDraft({ ...good, format: "ONLINE" })).toHaveProperty("input.venueId", null);
  });

  it("is the way back from an event", () => {
    const event = {
      id: "evt_1",
      version: 3,
      status: "DRAFT",
      title: "Night of Jazz",
      summary: "",
      description: "",
      format: "IN_PERSON",
      startsAt: "2027-07-01T17:30:00.000Z",
      endsAt: "2027-07-01T21:00:00.000Z",
      timeZone: "Europe/Berlin",
      coverUrl: null,
      venue: { id: "ven_1", name: "Hall", city: "Berlin" },
      category: { id: "cat_1" },
      ticketTypes: [
        {
          id: "tty_1",
          name: "Standard",
          description: "",
          price: { amount: 1250, currency: "EUR" },
          capacity: 100,
          salesStart: null,
          salesEnd: "2027-06-30T22:00:00.000Z",
          minPerOrder: 1,
          maxPerOrder: 4,
        },
      ],
    } as const;
    const read = readDraft(draftOf({ ...event, ticketTypes: [...event.ticketTypes] }));
    expect(read).toMatchObject({
      input: {
        startsAt: event.startsAt,
        endsAt: event.endsAt,
        ticketTypes: [
          { id: "tty_1", priceAmount: 1250, salesEnd: "2027-06-30T22:00:00.000Z", maxPerOrder: 4 },
        ],
      },
    });
  });
});

describe("amounts", () => {
  it.each([
    ["12", "EUR", 1200],
    ["12,5", "EUR", 1250],
    ["0.07", "EUR", 7],
    ["1500", "JPY", 1500],
    ["1.5", "JPY", null],
    ["1.234", "EUR", null],
    ["-3", "EUR", null],
    ["", "EUR", null],
  ])("reads %s %s", (text, currency, amount) => {
    expect(readAmount(text, currency)).toBe(amount);
  });

  it("writes what it reads", () => {
    expect(writeAmount(7, "EUR")).toBe("0.07");
    expect(writeAmount(1500, "JPY")).toBe("1500");
    expect(readAmount(writeAmount(123456, "EUR"), "EUR")).toBe(123456);
  });
});

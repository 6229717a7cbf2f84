import { describe, expect, it } from "vitest";
import { draftOf, type EventDraft, newDraft, newType, readDraft } from "./event-draft";
import { newQuestion } from "./event-rules";
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
          kind: "ADD_ON",
          visibility: "HIDDEN",
          perPersonLimit: 3,
          maxPerAdmission: 2,
          taxRate: 1950,
          taxName: "VAT",
        },
      ],
      slug: "night-of-jazz",
      capacity: 90,
      perPersonLimit: null,
      questions: [
        {
          id: "qst_1",
          label: "Size?",
          kind: "CHOICE",
          scope: "TICKET",
          required: true,
          options: ["S", "M"],
          maxLength: 0,
          ticketTypeIds: ["tty_1"],
        },
      ],
      refundPolicy: {
        allowed: true,
        refundableUntilHours: 48,
        feeBasisPoints: 1000,
        feeAmount: 250,
        cancelWithoutRefund: false,
      },
    } as const;
    const read = readDraft(
      draftOf({
        ...event,
        ticketTypes: [...event.ticketTypes],
        questions: event.questions.map((question) => ({
          ...question,
          options: [...question.options],
          ticketTypeIds: [...question.ticketTypeIds],
        })),
      }),
    );
    const { id: _, price: __, ...type } = event.ticketTypes[0];
    expect(read).toMatchObject({
      input: {
        startsAt: event.startsAt,
        endsAt: event.endsAt,
        ticketTypes: [
          { ...type, id: "tty_1", priceAmount: 1250, salesEnd: "2027-06-30T22:00:00.000Z", maxPerOrder: 4 },
        ],
        capacity: 90,
        perPersonLimit: 0,
        questions: [{ ...event.questions[0], maxLength: null }],
        refundPolicy: event.refundPolicy,
      },
    });
  });

  it("says what is wrong with limits, taxes, refunds and questions", () => {
    const rules = { ...good.rules, capacity: "0", feeRate: "101", questions: [newQuestion()] };
    const type = newType("Shirt", "20", "10");
    const bad = { ...type, rules: { ...type.rules, taxRate: "19", perPerson: "many" } };
    expect(readDraft({ ...good, rules, ticketTypes: [bad] })).toEqual({
      problems: {
        capacity: "rules.badLimit",
        "refundPolicy.feeBasisPoints": "rules.badPercent",
        "questions.0.label": "rules.needQuestion",
        "ticketTypes.0.perPersonLimit": "rules.badLimit",
        "ticketTypes.0.taxName": "rules.needTaxName",
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

import { describe, expect, it } from "vitest";
import type { GuestPartsFragment } from "@/gql/graphql";
import { draftOf, inputOf, missing, placeOf } from "./guest-draft";

const question = (id: string, more: object = {}) => ({
  id,
  label: id,
  kind: "TEXT" as const,
  scope: "TICKET" as const,
  required: true,
  options: [],
  maxLength: 20,
  ticketTypeIds: [],
  ...more,
});
const item = (id: string, quantity: number, more: object = {}) => ({
  name: id,
  quantity,
  seats: [],
  ticketType: { id, kind: "ADMISSION" as const, ...more },
});
const booking = (more: Partial<GuestPartsFragment>): GuestPartsFragment => ({
  id: "bkg_1",
  status: "HELD",
  answersMissing: true,
  items: [item("run", 2), item("medal", 1, { kind: "ADD_ON" })],
  questions: [
    question("size", { ticketTypeIds: ["run"] }),
    question("terms", { scope: "ORDER", kind: "CHECKBOX" }),
  ],
  answers: [],
  guests: [],
  ...more,
});

describe("the draft of guests", () => {
  it("has a place for each ticket that lets somebody in or is asked something", () => {
    const draft = draftOf(booking({}));
    expect(draft.tickets.map(({ typeId, position }) => `${typeId} ${position}`)).toEqual(["run 1", "run 2"]);
    const asking = booking({ questions: [question("colour", { ticketTypeIds: ["medal"] })] });
    expect(draftOf(asking).tickets.map(({ lets, questions }) => [lets, questions.length])).toEqual([
      [true, 0],
      [true, 0],
      [false, 1],
    ]);
  });
  it("begins with what is known and goes back as it came", () => {
    const known = booking({
      answers: [{ question: { id: "terms" }, value: "true" }],
      guests: [
        {
          position: 2,
          name: "Grace",
          email: "grace@example.com",
          ticketType: { id: "run" },
          answers: [{ question: { id: "size" }, value: "L" }],
        },
      ],
    });
    expect(inputOf(draftOf(known))).toEqual({
      guests: [
        {
          ticketTypeId: "run",
          position: 1,
          name: null,
          email: null,
          answers: [{ questionId: "size", value: "" }],
        },
        {
          ticketTypeId: "run",
          position: 2,
          name: "Grace",
          email: "grace@example.com",
          answers: [{ questionId: "size", value: "L" }],
        },
      ],
      answers: [{ questionId: "terms", value: "true" }],
    });
    expect(missing(draftOf(known))).toEqual(["guests.0.answers.0"]);
  });
  it("wants a tick where one is required", () => {
    const draft = draftOf(booking({ items: [item("medal", 1)] }));
    expect(missing(draft)).toEqual(["answers.0"]);
    expect(missing({ ...draft, answers: ["false"] })).toEqual(["answers.0"]);
    expect(missing({ ...draft, answers: ["true"] })).toEqual([]);
  });
  it("finds the places of refusals", () => {
    expect(placeOf("guests.1.answers.0.value")).toBe("guests.1.answers.0");
    expect(placeOf("answers.3.value")).toBe("answers.3");
    expect(placeOf("guests.10.email")).toBe("guests.10.email");
    expect(placeOf("guests.1.answers")).toBe("");
    expect(placeOf("bookingId")).toBe("");
  });
});

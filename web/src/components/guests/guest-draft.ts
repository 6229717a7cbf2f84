import type { GuestPartsFragment, SetGuestsInput } from "@/gql/graphql";

export type Question = GuestPartsFragment["questions"][number];
type Answer = GuestPartsFragment["answers"][number];

/** One ticket in the form. Answers are in the order of its questions; empty is none. */
export interface TicketDraft {
  typeId: string;
  position: number;
  /** The name of the ticket's type and, of numbered ones, the seat. */
  name: string;
  seat: string;
  /** Whether somebody comes in with it: extras ask for no name. */
  lets: boolean;
  guest: string;
  email: string;
  questions: readonly Question[];
  answers: readonly string[];
}

/** Everything the form holds. */
export interface GuestDraft {
  tickets: readonly TicketDraft[];
  questions: readonly Question[];
  answers: readonly string[];
}

/** What a booking says of its guests, as the form begins with it. Tickets that nothing is asked of are left out. */
export function draftOf(booking: GuestPartsFragment): GuestDraft {
  const answered = (questions: readonly Question[], answers: readonly Answer[]) =>
    questions.map(({ id }) => answers.find(({ question }) => question.id === id)?.value ?? "");
  const ofOrder = booking.questions.filter(({ scope }) => scope === "ORDER");
  const tickets = booking.items.flatMap(({ name, quantity, seats, ticketType }) =>
    Array.from({ length: quantity }, (_, n): TicketDraft => {
      const questions = booking.questions.filter(
        ({ scope, ticketTypeIds }) =>
          scope === "TICKET" && (ticketTypeIds.length === 0 || ticketTypeIds.includes(ticketType.id)),
      );
      const known = booking.guests.find(
        (guest) => guest.ticketType.id === ticketType.id && guest.position === n + 1,
      );
      return {
        typeId: ticketType.id,
        position: n + 1,
        name,
        seat: seats[n]?.label ?? "",
        lets: ticketType.kind !== "ADD_ON",
        guest: known?.name ?? "",
        email: known?.email ?? "",
        questions,
        answers: answered(questions, known?.answers ?? []),
      };
    }),
  );
  return {
    tickets: tickets.filter(({ lets, questions }) => lets || questions.length > 0),
    questions: ofOrder,
    answers: answered(ofOrder, booking.answers),
  };
}

/** Whether nobody has said anything yet. */
export function isBlank(booking: GuestPartsFragment): boolean {
  return booking.guests.length === 0 && booking.answers.length === 0;
}

/** The form as the server takes it. The places of its lists are those of the draft: refusals are found by them. */
export function inputOf(draft: GuestDraft): Pick<SetGuestsInput, "guests" | "answers"> {
  const answers = (questions: readonly Question[], values: readonly string[]) =>
    questions.map(({ id }, n) => ({ questionId: id, value: values[n] ?? "" }));
  return {
    guests: draft.tickets.map(({ typeId, position, guest, email, questions, ...ticket }) => ({
      ticketTypeId: typeId,
      position,
      name: guest.trim() || null,
      email: email.trim() || null,
      answers: answers(questions, ticket.answers),
    })),
    answers: answers(draft.questions, draft.answers),
  };
}

function unanswered({ required, kind }: Question, value: string | undefined): boolean {
  return required && (kind === "CHECKBOX" ? value !== "true" : (value ?? "").trim() === "");
}

/** The places of answers that are required and missing: `guests.0.answers.1`, `answers.0`. */
export function missing({ tickets, questions, answers }: GuestDraft): string[] {
  const of = (asked: readonly Question[], values: readonly string[], at: string) =>
    asked.flatMap((question, n) => (unanswered(question, values[n]) ? [`${at}answers.${n}`] : []));
  return [
    ...tickets.flatMap((ticket, n) => of(ticket.questions, ticket.answers, `guests.${n}.`)),
    ...of(questions, answers, ""),
  ];
}

/** Where in the form the server's path of a field is; the empty path where it has no place. */
export function placeOf(path: string): string {
  return /^(?:guests\.\d+\.)?answers\.\d+(?=\.value$)|^guests\.\d+\.(?:name|email)$/.exec(path)?.[0] ?? "";
}

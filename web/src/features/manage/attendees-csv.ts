import type { EventAttendeesQuery } from "@/gql/graphql";

type Event = NonNullable<EventAttendeesQuery["event"]>;
export type Attendee = Event["attendees"]["nodes"][number];
export type Column = Event["attendeeQuestions"][number];

/** The names of the fixed columns, in the order of the file. */
export interface Heads {
  name: string;
  email: string;
  ticket: string;
  seat: string;
  state: string;
  code: string;
  booking: string;
  buyer: string;
}

/** A cell by RFC 4180. A text that a spreadsheet would take for a formula is made plain by an apostrophe. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** The list of attendees as a CSV file: a row a ticket, a column a question. */
export function csvOf(heads: Heads, columns: readonly Column[], attendees: readonly Attendee[]): string {
  const rows = [
    [
      heads.name,
      heads.email,
      heads.ticket,
      heads.seat,
      heads.state,
      heads.code,
      heads.booking,
      heads.buyer,
      ...columns.map(({ label }) => label),
    ],
    ...attendees.map(({ ticket, answers }) => [
      ticket.guest?.name ?? "",
      ticket.guest?.email ?? "",
      ticket.name,
      ticket.seat?.label ?? "",
      ticket.status,
      ticket.code,
      ticket.booking.reference,
      ticket.booking.user.name,
      ...columns.map(({ id }) => answers.find(({ question }) => question.id === id)?.value ?? ""),
    ]),
  ];
  // The mark tells spreadsheets that it is UTF-8.
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

import type { CheckInTicketMutation } from "@/gql/graphql";

/** What came of a scan, as the person at the door has to see it. */
export interface Verdict {
  kind: "welcome" | "already" | "refused";
  /** Where and when the first scan was, with `already`. */
  at?: string;
  gate?: string;
  /** The type of the ticket and the reference of its booking. */
  ticket?: string;
  /** Who the ticket is for, if somebody said. */
  guest?: string;
  reference?: string;
  /** The server's sentence, with `refused`. */
  message?: string;
}

type Answer = CheckInTicketMutation["checkInTicket"];

/** Reads the server's answer; undefined is an answer that never came. */
export function judge(answer: Answer | undefined, failure: string): Verdict {
  if (!answer) return { kind: "refused", message: failure };
  const [refusal] = answer.userErrors;
  const ticket = answer.ticket
    ? {
        ticket: answer.ticket.name,
        reference: answer.ticket.booking.reference,
        ...(answer.ticket.guest?.name && { guest: answer.ticket.guest.name }),
      }
    : undefined;
  if (!refusal) return { kind: "welcome", ...ticket };
  if (refusal.code === "ALREADY_CHECKED_IN" && answer.ticket?.checkedInAt) {
    return { kind: "already", at: answer.ticket.checkedInAt, gate: answer.ticket.gate ?? "", ...ticket };
  }
  return { kind: "refused", message: refusal.message, ...ticket };
}

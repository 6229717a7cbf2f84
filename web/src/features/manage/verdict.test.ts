import { describe, expect, it } from "vitest";
import { judge } from "./verdict";

const ticket = {
  __typename: "Ticket" as const,
  id: "tik_1",
  status: "CHECKED_IN" as const,
  name: "Balcony",
  checkedInAt: "2027-03-28T19:30:00Z",
  gate: "North",
  guest: null as { name: string } | null,
  booking: { __typename: "Booking" as const, id: "bkg_1", reference: "K7QX-2MWP" },
};
type Answer = NonNullable<Parameters<typeof judge>[0]>;
const answer = (of: typeof ticket | null, code?: string): Answer =>
  ({ ticket: of, userErrors: code ? [{ message: `no: ${code}`, code }] : [] }) as Answer;

describe("the verdict at the door", () => {
  it("welcomes with what the ticket is good for", () => {
    expect(judge(answer(ticket), "failed")).toEqual({
      kind: "welcome",
      ticket: "Balcony",
      reference: "K7QX-2MWP",
    });
  });
  it("calls the guest by name", () => {
    expect(judge(answer({ ...ticket, guest: { name: "Grace" } }), "failed")).toMatchObject({
      guest: "Grace",
    });
    expect(judge(answer({ ...ticket, guest: { name: "" } }), "failed")).not.toHaveProperty("guest");
  });
  it("says when and where a used ticket came in first", () => {
    expect(judge(answer(ticket, "ALREADY_CHECKED_IN"), "failed")).toMatchObject({
      kind: "already",
      at: ticket.checkedInAt,
      gate: "North",
    });
  });
  it("repeats the server's sentence for what is refused", () => {
    expect(judge(answer(null, "TICKET_FORGED"), "failed")).toEqual({
      kind: "refused",
      message: "no: TICKET_FORGED",
    });
    expect(judge(answer({ ...ticket }, "TICKET_VOID"), "failed")).toMatchObject({
      kind: "refused",
      ticket: "Balcony",
    });
  });
  it("lets nobody in when no answer came", () => {
    expect(judge(undefined, "failed")).toEqual({ kind: "refused", message: "failed" });
  });
});

import { describe, expect, it } from "vitest";
import { type Attendee, csvOf } from "./attendees-csv";

const heads = {
  name: "Name",
  email: "E-mail",
  ticket: "Ticket",
  seat: "Seat",
  state: "State",
  code: "Code",
  booking: "Booking",
  buyer: "Booked by",
};
const attendee = (name: string, answers: Record<string, string>): Attendee => ({
  ticket: {
    id: "tik_1",
    code: "7K3M",
    name: "Run, 10 km",
    status: "VALID",
    seat: null,
    guest: name ? { name, email: "" } : null,
    booking: { id: "bkg_1", reference: "K7QX", user: { id: "usr_1", name: "Ada" } },
  },
  answers: Object.entries(answers).map(([id, value]) => ({ question: { id }, value })),
});

describe("the file of attendees", () => {
  it("has a row a ticket and a column a question", () => {
    const columns = [
      { id: "size", label: "Size" },
      { id: "phone", label: "Phone" },
    ];
    expect(
      csvOf(heads, columns, [
        attendee('Grace "Amazing" Hopper', { phone: "-5", size: "L" }),
        attendee("", {}),
      ]),
    ).toBe(
      "\uFEFFName,E-mail,Ticket,Seat,State,Code,Booking,Booked by,Size,Phone\r\n" +
        '"Grace ""Amazing"" Hopper",,"Run, 10 km",,VALID,7K3M,K7QX,Ada,L,-5\r\n' +
        ',,"Run, 10 km",,VALID,7K3M,K7QX,Ada,,\r\n',
    );
  });
  it("has no formulas", () => {
    const columns = [{ id: "q", label: "=1+1" }];
    const [head, row] = csvOf(heads, columns, [attendee("@SUM(A1)", { q: '=HYPERLINK("x")' })]).split("\r\n");
    expect(head?.endsWith("'=1+1")).toBe(true);
    expect(row?.startsWith("'@SUM(A1),")).toBe(true);
    expect(row?.endsWith(`"'=HYPERLINK(""x"")"`)).toBe(true);
  });
});

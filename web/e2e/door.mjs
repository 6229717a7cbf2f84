// The door, in a real browser: a ticket lets its holder in, the second scan says when and where the first one was, and
// taking the check-in back lets the holder in again. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/door.mjs
import { api, base, check, logIn, soon, story, tokenOf } from "./browser.mjs";
import { pickEvent } from "./events.mjs";

/** Buys a ticket through the API and returns what its QR code says. */
async function buyTicket(event, type) {
  const token = await tokenOf("attendee@example.com");
  const key = `door-${Date.now()}`;
  const { holdSeats } = await api(
    "mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { booking { id } userErrors { message } } }",
    {
      input: { eventId: event.id, items: [{ ticketTypeId: type.id, quantity: 1 }], idempotencyKey: key },
    },
    token,
  );
  check(holdSeats.booking, holdSeats.userErrors.map(({ message }) => message).join(" "));
  const card = { number: "4242424242424242", expiryMonth: 12, expiryYear: 2040, cvc: "123" };
  await api(
    "mutation ($input: PayBookingInput!) { payBooking(input: $input) { userErrors { message } } }",
    { input: { bookingId: holdSeats.booking.id, card, idempotencyKey: `${key}-pay` } },
    token,
  );
  const until = Date.now() + soon;
  while (Date.now() < until) {
    const { booking } = await api(
      "query ($id: ID!) { booking(id: $id) { tickets { qr } } }",
      { id: holdSeats.booking.id },
      token,
    );
    if (booking.tickets.length > 0) return booking.tickets[0].qr;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The ticket did not come.");
}

async function run(pages, person) {
  const { event, type } = await pickEvent();
  const qr = await buyTicket(event, type);
  const door = await (await person({ viewport: { width: 390, height: 844 } })).newPage();
  pages.door = door;
  await logIn(door, "manager@example.com");
  await door.goto(`${base}/manage/events/${event.id}`);
  const scan = async () => {
    await door.getByLabel("Ticket code").fill(qr);
    await door.getByLabel("Ticket code").press("Enter");
  };
  await door.getByLabel("Gate").fill("North");
  await scan();
  await door.getByText("Welcome!", { exact: true }).waitFor({ timeout: soon });
  await scan();
  const again = door.getByRole("alert").filter({ hasText: "Already in" });
  await again.waitFor({ timeout: soon });
  check(
    /Let in at .*North/.test((await again.textContent()) ?? ""),
    "The second scan should say when and where.",
  );
  console.log("door: let in once, the second scan says when and at which gate");

  await door.getByRole("button", { name: "Take check-in back" }).click();
  await door.getByLabel("Why").fill("Wrong person");
  await door.getByRole("button", { name: "Take it back" }).click();
  await door.getByText("Taken back: the holder may come in again.").waitFor({ timeout: soon });
  await scan();
  await door.getByText("Welcome!", { exact: true }).waitFor({ timeout: soon });
  console.log("door: taken back, and let in again");
}

await story("door", run);

// Numbered seats and money, in a real browser: seats chosen by arrows and the best together, with more time asked for at
// the checkout; another page sees them go; a promo code lowers the price; what comes back is shown before a booking is
// cancelled and then has come back. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/seats.mjs
import { api, base, check, logIn, soon, story } from "./browser.mjs";

/** The demo's event with numbered seats, and the one with codes. */
async function subjects() {
  const { events } = await api(
    `{ events(first: 100) { nodes { slug seating { seatCount } perPersonLimit ticketTypes { name kind price { amount } } } } }`,
  );
  const seated = events.nodes.find(({ seating }) => seating);
  const { events: concerts } = await api(
    `{ events(first: 100, filter: { category: "live-music" }) { nodes { slug perPersonLimit ticketTypes { name kind price { amount } } } } }`,
  );
  const concert = concerts.nodes.find(({ ticketTypes }) => ticketTypes.some(({ kind }) => kind === "ADD_ON"));
  check(seated && concert, "The demo data has no event with numbered seats, or none with codes.");
  return { seated, concert };
}

async function pay(page) {
  await page.getByRole("button", { name: /^4242 4242 4242 4242/ }).click();
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.getByRole("heading", { name: "You’re in!" }).waitFor({ timeout: soon });
}

/** The minutes and seconds of the hold's clock, in seconds. */
async function secondsHeld(page) {
  const text = (await page.getByText("Your seats are held for").first().textContent()) ?? "";
  const [, minutes, seconds] = /(\d+):(\d+)/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

async function run(pages, person) {
  const { seated, concert } = await subjects();

  const watcher = await (await person({ viewport: { width: 390, height: 844 } })).newPage();
  pages.watcher = watcher;
  await watcher.goto(`${base}/events/${seated.slug}`);
  await watcher.getByRole("button", { name: "Choose seats: Circle" }).click();
  await watcher.getByRole("button", { name: "Show as a list" }).click();
  await watcher.getByLabel("Section", { exact: true }).selectOption("Circle");
  await watcher.getByLabel("Row", { exact: true }).selectOption({ index: 4 });
  const watched = watcher.getByRole("button", { name: /^Circle, row E, seat 1,/ });
  check(
    /available$/.test((await watched.getAttribute("aria-label")) ?? ""),
    "Seat 1 of row E should be available.",
  );

  const buyer = await (await person({ viewport: { width: 1280, height: 900 } })).newPage();
  pages.buyer = buyer;
  await logIn(buyer, "attendee@example.com");
  await buyer.goto(`${base}/events/${seated.slug}`);
  await buyer.getByRole("button", { name: "Choose seats: Circle" }).click();
  await buyer.getByLabel("How many").selectOption("2");
  await buyer.getByRole("button", { name: "Best together" }).click();
  const dialog = buyer.getByRole("dialog", { name: "Choose your seats" });
  await dialog.getByText(/Circle, row [A-E], seat \d+ · Circle, row [A-E], seat \d+/).waitFor();
  // One more by the keyboard: row E of the circle is found from the top by arrows alone.
  const map = dialog.getByRole("application", { name: "Seat map" });
  await map.focus();
  const said = dialog.locator("p[aria-live=polite].sr-only");
  await buyer.keyboard.press("ArrowDown");
  for (let presses = 0; !/^Circle, row E/.test((await said.textContent()) ?? ""); presses++) {
    check(presses < 40, "Row E of the circle: not reached by arrows.");
    await buyer.keyboard.press("ArrowDown");
  }
  await buyer.keyboard.press("Home");
  await said.filter({ hasText: "Circle, row E, seat 1," }).waitFor();
  await buyer.keyboard.press("Enter");
  await said.filter({ hasText: "chosen" }).waitFor();
  await dialog.getByRole("button", { name: "Take these seats" }).click();
  await buyer.getByText("3 tickets").first().waitFor();
  await buyer.getByRole("button", { name: "Reserve" }).filter({ visible: true }).click();
  await buyer.waitForURL(/\/checkout\//);
  await buyer.getByText("Circle, row E, seat 1", { exact: true }).waitFor();
  await watcher.getByRole("button", { name: /^Circle, row E, seat 1, .*taken$/ }).waitFor({ timeout: soon });
  console.log("seats: held by name, and gone from the other page");

  check((await secondsHeld(buyer)) <= 600, "A new hold should last ten minutes at the most.");
  await buyer.getByRole("button", { name: "Give me more time" }).click();
  await buyer.getByText("Done: your seats are held longer.").waitFor({ timeout: soon });
  check((await secondsHeld(buyer)) > 600, "The hold should last longer.");
  check(
    (await buyer.getByRole("button", { name: "Give me more time" }).count()) === 0,
    "More time is to be had once.",
  );
  console.log("held: longer by ten minutes, once");
  await pay(buyer);
  await buyer.getByText("Circle, row E, seat 1", { exact: true }).waitFor();

  await buyer.goto(`${base}/events/${concert.slug}?code=encore20`);
  await buyer.getByText("lowers the price").waitFor();
  const type = concert.ticketTypes.find(({ name }) => name === "General admission");
  await buyer.getByRole("button", { name: `One more ${type.name}`, exact: true }).click();
  await buyer.getByRole("button", { name: "One more Tour shirt", exact: true }).click();
  await buyer.getByText("1 ticket + 1 extra").first().waitFor();
  await buyer.getByRole("button", { name: "Reserve" }).filter({ visible: true }).click();
  await buyer.waitForURL(/\/checkout\//);
  await buyer.getByText("With ENCORE20.").waitFor();
  const id = new URL(buyer.url()).pathname.split("/").at(-1);
  await pay(buyer);
  console.log("code: the discount is in the checkout");

  await buyer.goto(`${base}/tickets/${id}`);
  await buyer.getByText("Invoice", { exact: false }).first().waitFor();
  const total = await buyer.locator("dl div", { hasText: "Total" }).locator("dd").first().textContent();
  await buyer.getByRole("button", { name: "Cancel booking" }).click();
  const back = buyer.getByRole("dialog").locator("dl div", { hasText: "You get back" }).locator("dd");
  await back.waitFor();
  check(
    (await back.textContent()) === total,
    `All of ${total} should come back, not ${await back.textContent()}.`,
  );
  await buyer.getByRole("button", { name: "Yes, cancel it" }).click();
  await buyer.getByText("You cancelled this booking.").waitFor({ timeout: soon });
  await buyer.getByText("Credit note", { exact: false }).first().waitFor({ timeout: soon });
  await buyer.goto(`${base}/tickets/payments`);
  await buyer.getByRole("listitem").filter({ hasText: "Refund" }).first().waitFor({ timeout: soon });
  console.log(`refund: ${total} shown before and given back`);
}

await story("seats", run);

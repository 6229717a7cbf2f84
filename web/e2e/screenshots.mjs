// Pictures of every page, at a desktop's and a phone's width, light and dark, against a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/screenshots.mjs [name …]
import { mkdir } from "node:fs/promises";
import { api, base, launch, logIn, tokenOf } from "./browser.mjs";

const folder = new URL("../screenshots/", import.meta.url);
const only = process.argv.slice(2);

const looks = [
  { name: "desktop-light", viewport: { width: 1280, height: 860 }, colorScheme: "light" },
  { name: "desktop-dark", viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  { name: "phone-light", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
  { name: "phone-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true },
];

/** What the pages are about: events and bookings of the demo data. */
async function subjects() {
  const attendee = await tokenOf("attendee@example.com");
  const manager = await tokenOf("manager@example.com");
  const { events } = await api(
    "{ events(first: 40) { nodes { id slug ticketTypes { id price { amount } availability { available } } } } }",
  );
  const bookable = events.nodes.find(
    ({ ticketTypes }) =>
      ticketTypes.length > 1 &&
      ticketTypes.every((type) => type.availability.available > 10 && type.price.amount > 0),
  );
  const { holdSeats } = await api(
    "mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { booking { id } userErrors { message } } }",
    {
      input: {
        eventId: bookable.id,
        items: bookable.ticketTypes.slice(0, 2).map(({ id }) => ({ ticketTypeId: id, quantity: 1 })),
        idempotencyKey: `pictures-${Date.now()}`,
      },
    },
    attendee,
  );
  const { myBookings } = await api(
    "{ myBookings(status: CONFIRMED, first: 1) { nodes { id } } }",
    {},
    attendee,
  );
  const { salesReport } = await api(
    "{ salesReport { byEvent(first: 1) { nodes { event { id } } } } }",
    {},
    manager,
  );
  return {
    event: bookable.slug,
    hold: holdSeats.booking?.id,
    booking: myBookings.nodes[0]?.id,
    managed: salesReport.byEvent.nodes[0]?.event.id,
  };
}

const { event, hold, booking, managed } = await subjects();
const pages = [
  { name: "home", path: "/" },
  { name: "home-filtered", path: "/?category=live-music&when=month" },
  { name: "home-nothing", path: "/?q=xyzzy" },
  { name: "event", path: `/events/${event}` },
  { name: "event-missing", path: "/events/no-such-event" },
  { name: "login", path: "/login" },
  { name: "register", path: "/register" },
  { name: "not-found", path: "/no/such/page" },
  { name: "checkout", path: `/checkout/${hold}`, as: "attendee@example.com", when: hold },
  { name: "tickets", path: "/tickets", as: "attendee@example.com" },
  { name: "ticket", path: `/tickets/${booking}`, as: "attendee@example.com", when: booking },
  { name: "notifications", path: "/notifications", as: "attendee@example.com" },
  { name: "become-organiser", path: "/manage", as: "attendee@example.com" },
  { name: "manage", path: "/manage", as: "manager@example.com" },
  { name: "manage-payouts", path: "/manage/payouts", as: "manager@example.com" },
  { name: "manage-event", path: `/manage/events/${managed}`, as: "manager@example.com", when: managed },
  { name: "manage-new", path: "/manage/events/new", as: "manager@example.com" },
  { name: "manage-edit", path: `/manage/events/${managed}/edit`, as: "manager@example.com", when: managed },
  { name: "outbox", path: "/admin/outbox", as: "admin@example.com" },
  { name: "explorer", path: "/explorer", as: "attendee@example.com", whole: false },
];

const browser = await launch();
const problems = [];
try {
  await mkdir(folder, { recursive: true });
  for (const { name: look, ...options } of looks) {
    const people = new Map();
    for (const { name, path, as = "", when = true, whole = true } of pages) {
      if (!when || (only.length > 0 && !only.includes(name))) continue;
      let page = people.get(as);
      if (!page) {
        page = await (await browser.person(options)).newPage();
        page.on("pageerror", (error) => problems.push(`${look} ${page.url()}: ${error.message}`));
        page.on("console", (message) => {
          if (message.type() === "error") problems.push(`${look} ${page.url()}: ${message.text()}`);
        });
        people.set(as, page);
        if (as) await logIn(page, as);
      }
      await page.goto(`${base}${path}`);
      await page
        .getByRole("heading", { level: 1 })
        .or(page.getByRole("heading", { level: 2 }))
        .first()
        .waitFor();
      await page.locator("[role=status][aria-label=Loading]").waitFor({ state: "detached" });
      await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined);
      await page.waitForTimeout(700);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) problems.push(`${look} ${name}: the page is ${wide} px too wide`);
      await page.screenshot({ path: new URL(`${name}-${look}.png`, folder).pathname, fullPage: whole });
    }
    for (const page of people.values()) await page.context().close();
  }
} finally {
  await browser.close();
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "screenshots: no problem seen" : `screenshots: ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

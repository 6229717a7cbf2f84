// The journey of a sale, in a real browser: two pages on one event, a booking in one lowers the count in the other
// without a reload, the ticket is shown, and the organiser's dashboard has counted it. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/journey.mjs
import { mkdir } from "node:fs/promises";
import { api, base, launch, logIn, tokenOf } from "./browser.mjs";

const soon = 15_000;
const results = new URL("../test-results/", import.meta.url);

function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** A published event of the demo organiser with seats to pay for. */
async function pickEvent() {
  const token = await tokenOf("manager@example.com");
  let after = null;
  do {
    const { myEvents } = await api(
      `query ($after: String) {
        myEvents(status: PUBLISHED, first: 50, after: $after) {
          nodes {
            id slug title startsAt
            ticketTypes { id name salesStart salesEnd minPerOrder maxPerOrder price { amount } availability { available } }
          }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
      token,
    );
    const now = Date.now();
    for (const event of myEvents.nodes) {
      if (Date.parse(event.startsAt) < now + 3_600_000) continue;
      const type = event.ticketTypes.find(
        (each) =>
          each.price.amount > 0 &&
          each.minPerOrder === 1 &&
          each.maxPerOrder >= 2 &&
          (each.availability?.available ?? 0) >= 10 &&
          (!each.salesStart || Date.parse(each.salesStart) < now) &&
          (!each.salesEnd || Date.parse(each.salesEnd) > now),
      );
      if (type) return { event, type };
    }
    after = myEvents.pageInfo.hasNextPage ? myEvents.pageInfo.endCursor : null;
  } while (after);
  throw new Error("The demo organiser has no event with tickets to buy: is the demo data there?");
}

/** The seats left as the page says them. */
async function seatsOn(page) {
  const text = await page
    .getByText(/^[\d,.]+ seats? left$/)
    .first()
    .textContent();
  return Number((text ?? "").replace(/\D/g, ""));
}

async function seatsBecome(page, wanted) {
  const until = Date.now() + soon;
  let seen;
  do {
    seen = await seatsOn(page);
    if (seen === wanted) return;
    await page.waitForTimeout(50);
  } while (Date.now() < until);
  throw new Error(`The other page shows ${seen} seats left; ${wanted} were expected.`);
}

async function run(pages, person) {
  const { event, type } = await pickEvent();
  const address = `${base}/events/${event.slug}`;

  const watcher = await (await person({ viewport: { width: 390, height: 844 } })).newPage();
  pages.watcher = watcher;
  let loads = 0;
  watcher.on("framenavigated", (frame) => {
    if (frame === watcher.mainFrame()) loads += 1;
  });
  await watcher.goto(address);
  await watcher.getByRole("heading", { name: event.title, level: 1 }).waitFor();
  await watcher.getByText("Live", { exact: true }).waitFor();
  const before = await seatsOn(watcher);
  const loaded = loads;

  const manager = await (await person({ viewport: { width: 1280, height: 900 } })).newPage();
  pages.manager = manager;
  await logIn(manager, "manager@example.com");
  await manager.goto(`${base}/manage/events/${event.id}`);
  const sold = manager.getByText("Tickets sold", { exact: true }).locator("xpath=following-sibling::p[1]");
  await sold.waitFor();
  const soldBefore = Number(((await sold.textContent()) ?? "").replace(/\D/g, ""));

  const buyer = await (await person({ viewport: { width: 1280, height: 900 } })).newPage();
  pages.buyer = buyer;
  await buyer.goto(address);
  const more = buyer.getByRole("button", { name: `One more ${type.name}`, exact: true });
  await more.click();
  await more.click();
  await buyer.getByRole("button", { name: "Reserve" }).filter({ visible: true }).click();
  // Not logged in yet: by the login page and back, with the choice kept.
  await buyer.waitForURL(/\/login\?next=/);
  await buyer.getByLabel("E-mail").fill("attendee@example.com");
  await buyer.getByLabel("Password").fill("marquee-demo");
  await buyer.getByRole("main").getByRole("button", { name: "Log in", exact: true }).click();
  await buyer.waitForURL(address);
  await buyer.getByText("2 tickets").first().waitFor();
  await buyer.getByRole("button", { name: "Reserve" }).filter({ visible: true }).click();

  await buyer.waitForURL(/\/checkout\//);
  await buyer.getByText("Your seats are held for", { exact: false }).first().waitFor();
  await seatsBecome(watcher, before - 2);
  console.log(`held: the other page fell from ${before} to ${before - 2}`);

  await buyer.getByRole("button", { name: /^4242 4242 4242 4242/ }).click();
  await buyer.getByRole("button", { name: /^Pay / }).click();
  await buyer.getByRole("heading", { name: "You’re in!" }).waitFor({ timeout: soon });
  check(
    (await buyer.getByRole("img", { name: /^QR code of ticket/ }).count()) === 2,
    "Two tickets should be shown.",
  );
  await buyer.getByRole("link", { name: "View my tickets" }).click();
  await buyer.waitForURL(/\/tickets\/bkg_/);
  await buyer.getByRole("heading", { name: event.title, level: 1 }).waitFor();
  await buyer
    .getByRole("img", { name: /^QR code of ticket/ })
    .first()
    .waitFor();
  console.log("paid: two tickets are shown");

  await seatsBecome(watcher, before - 2);
  check(loads === loaded, "The watching page was loaded again.");

  const until = Date.now() + soon;
  let now;
  do {
    now = Number(((await sold.textContent()) ?? "").replace(/\D/g, ""));
    if (now >= soldBefore + 2) break;
    await manager.waitForTimeout(50);
  } while (Date.now() < until);
  check(now === soldBefore + 2, `The dashboard shows ${now} tickets sold; ${soldBefore + 2} were expected.`);
  console.log(`counted: the dashboard rose from ${soldBefore} to ${now}`);
}

const browser = await launch();
const pages = {};
try {
  await run(pages, browser.person);
  console.log("journey: passed");
} catch (error) {
  console.error(error);
  await mkdir(results, { recursive: true });
  for (const [name, page] of Object.entries(pages)) {
    const path = new URL(`journey-${name}.png`, results).pathname;
    await page.screenshot({ path, fullPage: true }).catch(() => undefined);
    console.error(`screenshot: test-results/journey-${name}.png (${page.url()})`);
  }
  process.exitCode = 1;
} finally {
  await browser.close();
}

// The journey of a sale, in a real browser: two pages on one event, a booking in one lowers the count in the other
// without a reload, the ticket is shown, and the organiser's dashboard has counted it. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/journey.mjs
import { base, check, logIn, password, soon, story } from "./browser.mjs";
import { pickEvent } from "./events.mjs";

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
  await buyer.getByLabel("Password").fill(password);
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

await story("journey", run);

// A booking without a mouse, in a real browser: found by search, paid for and shown, by Tab, Enter, arrows and typing
// only, and every control used shows that it has the focus. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/keyboard.mjs
import { base, check, password, soon, story } from "./browser.mjs";
import { pickEvent } from "./events.mjs";

/** More presses of Tab than any control should be away. */
const far = 80;

/** Whether the focused control, or the card round it, is drawn otherwise than without the focus. */
function focusIsSeen(element) {
  const look = () => {
    const around = [element, element.parentElement, element.closest("article, label, form")];
    const styles = () =>
      around.filter(Boolean).map((each) => {
        const { outline, boxShadow, borderColor } = getComputedStyle(each);
        return [outline, boxShadow, borderColor].join();
      });
    styles(); // starts the transitions, which are not waited for
    for (const animation of document.getAnimations()) {
      if (animation instanceof CSSTransition) animation.finish();
    }
    return styles().join();
  };
  const focused = look();
  element.blur();
  const plain = look();
  element.focus();
  return focused !== plain;
}

/** Presses Tab until the control has the focus. */
async function reach(page, what, locator) {
  await locator.first().waitFor({ timeout: soon });
  for (let presses = 0; presses <= far; presses++) {
    const focused = page.locator(":focus");
    if ((await locator.and(focused).count()) > 0) {
      check(
        await locator.and(focused).first().evaluate(focusIsSeen),
        `${what}: the focus is not to be seen.`,
      );
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${what}: not reached by ${far} presses of Tab.`);
}

async function enter(page, what, locator) {
  await reach(page, what, locator);
  await page.keyboard.press("Enter");
}

async function type(page, what, locator, text) {
  await reach(page, what, locator);
  await page.keyboard.type(text);
}

async function run(pages, person) {
  const { event, type: ticket } = await pickEvent();
  const page = await (await person({ viewport: { width: 1280, height: 900 } })).newPage();
  pages.keyboard = page;
  const main = page.getByRole("main");

  await page.goto(base);
  await type(page, "the search", page.getByRole("searchbox"), event.title);
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=/);
  await enter(page, "the event", main.locator(`a[href="/events/${event.slug}"]`));
  await page.getByRole("heading", { name: event.title, level: 1 }).waitFor();

  await enter(
    page,
    "one more ticket",
    page.getByRole("button", { name: `One more ${ticket.name}`, exact: true }),
  );
  const reserve = page.getByRole("button", { name: "Reserve" }).filter({ visible: true });
  await enter(page, "Reserve", reserve);
  await page.waitForURL(/\/login\?next=/);
  await type(page, "the e-mail address", page.getByLabel("E-mail"), "attendee@example.com");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${base}/events/${event.slug}`);
  await page.getByText("1 ticket", { exact: false }).first().waitFor();
  await enter(page, "Reserve, logged in", reserve);
  await page.waitForURL(/\/checkout\//);
  console.log("held by keyboard");

  await enter(page, "the sandbox card", page.getByRole("button", { name: /^4242 4242 4242 4242/ }));
  await enter(page, "Pay", page.getByRole("button", { name: /^Pay / }));
  await page.getByRole("heading", { name: "You’re in!" }).waitFor({ timeout: soon });
  await enter(page, "the tickets", page.getByRole("link", { name: "View my tickets" }));
  await page.waitForURL(/\/tickets\/bkg_/);
  await page
    .getByRole("img", { name: /^QR code of ticket/ })
    .first()
    .waitFor();
  console.log("paid by keyboard: the ticket is shown");

  // The account's menu opens, is walked by arrows, and gives the focus back when it is left.
  const account = page.getByRole("button", { name: /^Account of/ });
  await enter(page, "the account's menu", account);
  const tickets = page.getByRole("menuitem", { name: "My tickets" });
  await tickets.waitFor();
  await page.keyboard.press("Escape");
  await tickets.waitFor({ state: "detached" });
  check((await account.and(page.locator(":focus")).count()) === 1, "Escape should give the focus back.");
  await page.keyboard.press("Enter");
  const logOut = page.getByRole("menuitem", { name: "Log out" });
  for (let presses = 0; (await logOut.and(page.locator(":focus")).count()) === 0; presses++) {
    check(presses < 20, "Log out: not reached by arrows.");
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Log in" }).first().waitFor();
  console.log("logged out by keyboard");
}

await story("keyboard", run);

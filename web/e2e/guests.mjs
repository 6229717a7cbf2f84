// Guests and questions, in a real browser: the organiser of the demo's run asks for the size of a shirt; who books answers before paying,
// the names stand on the tickets and can be put right, and the organiser finds them in the list. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/guests.mjs
import { api, base, check, logIn, password, soon, story } from "./browser.mjs";
import { pickEvent } from "./events.mjs";

async function run(pages, person) {
  const { event, type } = await pickEvent(true);
  const buyer = await (await person({ viewport: { width: 390, height: 844 } })).newPage();
  pages.buyer = buyer;
  // Somebody new: one person may not have many of these tickets, and the story can be played again.
  const email = `guests-${Date.now()}@example.com`;
  const { register } = await api(
    "mutation ($input: RegisterInput!) { register(input: $input) { userErrors { message } } }",
    { input: { name: "Ada Lovelace", email, password } },
  );
  check(register.userErrors.length === 0, "The buyer should have an account.");
  await logIn(buyer, email);
  await buyer.goto(`${base}/events/${event.slug}`);
  const more = buyer.getByRole("button", { name: `One more ${type.name}`, exact: true });
  await more.click();
  await more.click();
  await buyer.getByRole("button", { name: "Reserve" }).filter({ visible: true }).click();
  await buyer.waitForURL(/\/checkout\//);
  await buyer.getByRole("heading", { name: "Who is coming?" }).waitFor();
  check(
    (await buyer.getByRole("heading", { name: "Payment" }).count()) === 0,
    "Answers come before the payment.",
  );

  const sizes = buyer.getByLabel("Size of the shirt");
  await buyer.getByRole("button", { name: /^It’s me/ }).click();
  await sizes.first().selectOption("M");
  await buyer.getByRole("button", { name: "Continue" }).click();
  await buyer.getByText("Please answer this.").waitFor();
  check(
    await sizes.nth(1).evaluate((field) => field === field.ownerDocument.activeElement),
    "The missing answer should have the focus.",
  );
  await sizes.nth(1).selectOption("L");
  await buyer.getByLabel("E-mail").nth(1).fill("grace@nowhere");
  await buyer.getByRole("button", { name: "Continue" }).click();
  await buyer.getByText("this is not an e-mail address", { exact: false }).waitFor();
  await buyer.getByLabel("E-mail").nth(1).fill("grace@example.com");
  const guest = `Grace ${Date.now()}`;
  await buyer.getByLabel("Name").nth(1).fill(guest);
  await buyer.getByRole("button", { name: "Continue" }).click();
  await buyer.getByRole("heading", { name: "Payment" }).waitFor();
  await buyer.getByText(guest, { exact: false }).first().waitFor();
  console.log("answered: the payment follows");

  await buyer.getByRole("button", { name: /^4242 4242 4242 4242/ }).click();
  await buyer.getByRole("button", { name: /^Pay / }).click();
  await buyer.getByRole("heading", { name: "You’re in!" }).waitFor({ timeout: soon });
  await buyer.getByRole("region", { name: "Ticket 2 of 2" }).getByText(guest).waitFor();
  await buyer.getByRole("link", { name: "View my tickets" }).click();
  await buyer.waitForURL(/\/tickets\/bkg_/);
  await buyer.getByRole("button", { name: "Change", exact: true }).click();
  await buyer.getByLabel("Name").nth(1).fill(`${guest} Hopper`);
  await buyer.getByRole("button", { name: "Save" }).click();
  await buyer.getByText("Saved.").waitFor();
  check(
    (await buyer.getByText(`${guest} Hopper`).count()) === 2,
    "The new name should stand on the ticket and in the list.",
  );
  console.log("paid: the ticket has the guest's name, put right afterwards");

  const manager = await (await person({ viewport: { width: 1280, height: 900 } })).newPage();
  pages.manager = manager;
  await logIn(manager, "manager@example.com");
  await manager.goto(`${base}/manage/events/${event.id}`);
  const row = manager.getByRole("row", { name: new RegExp(`${guest} Hopper`) });
  await row.waitFor({ timeout: soon });
  check(((await row.textContent()) ?? "").includes("L"), "The answer should stand in the row.");
  const [file] = await Promise.all([
    manager.waitForEvent("download"),
    manager.getByRole("button", { name: "Download CSV" }).click(),
  ]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  check(text.includes(`${guest} Hopper,grace@example.com,`), "The file should have the guest.");
  check(
    text.split("\r\n")[0].endsWith("How did you hear of it?"),
    "The file should have a column for each question.",
  );
  console.log("the organiser's list and file have the guest and the answers");
}

await story("guests", run);

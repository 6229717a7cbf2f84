// The API explorer, in a real browser: a query, a mutation and a subscription, run as the person logged in to the app.
// A hold made elsewhere changes the number the subscription shows. Needs a server with demo data:
//   MARQUEE_URL=http://127.0.0.1:8080 node e2e/explorer.mjs
import { api, base, check, logIn, soon, story, tokenOf } from "./browser.mjs";
import { pickEvent } from "./events.mjs";

const email = "attendee@example.com";

/** What an editor of the explorer shows, without its line numbers. */
async function shown(page, place) {
  const text = await page.locator(`${place} .view-lines`).first().innerText();
  return text.replaceAll("\u00a0", " ");
}

async function until(page, what, test) {
  const end = Date.now() + soon;
  for (;;) {
    const value = await test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`Not seen within ${soon / 1000} s: ${what}.`);
    await page.waitForTimeout(50);
  }
}

const variablesEditor = "[aria-label=Variables] .graphiql-editor:not(.hidden)";

async function openTab(page, name) {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function setVariables(page, variables) {
  await page.locator(`${variablesEditor} .view-lines`).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(JSON.stringify(variables));
}

/** Presses the button that sends the operation of the open tab. */
async function execute(page) {
  await page.getByRole("button", { name: /^Execute query/ }).click();
}

/** Sends the open tab's operation; returns the request's body and the answer's. */
async function exchange(page, operation) {
  const isIt = (request) =>
    request.url() === `${base}/graphql` && request.postDataJSON()?.operationName === operation;
  const [response] = await Promise.all([
    page.waitForResponse((each) => isIt(each.request()), { timeout: soon }),
    execute(page),
  ]);
  return {
    sent: response.request().postDataJSON(),
    headers: await response.request().allHeaders(),
    answer: await response.json(),
  };
}

async function hold({ event, type }, token) {
  const { holdSeats } = await api(
    "mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) { booking { id } userErrors { message } } }",
    {
      input: {
        eventId: event.id,
        items: [{ ticketTypeId: type.id, quantity: 1 }],
        idempotencyKey: `explorer-elsewhere-${Date.now()}`,
      },
    },
    token,
  );
  check(holdSeats.booking, holdSeats.userErrors.map(({ message }) => message).join("; "));
  return holdSeats.booking.id;
}

async function run(pages, person) {
  const choice = await pickEvent();
  const token = await tokenOf(email);
  const held = [];

  const page = await (await person({ viewport: { width: 1400, height: 1600 } })).newPage();
  pages.explorer = page;
  const streams = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => streams.push(String(payload))));
  try {
    await logIn(page, email);
    await page.goto(`${base}/explorer`);
    await page.getByText(/^Requests and subscriptions run as /).waitFor();

    // The first example comes with its variables.
    await until(page, "the first example's variables", async () =>
      /"first": 5/.test(await shown(page, variablesEditor)),
    );
    const query = await exchange(page, "ComingEvents");
    check(
      query.sent.variables?.first === 5 && query.sent.variables.filter?.free === false,
      `The example's variables were not sent: ${JSON.stringify(query.sent.variables)}`,
    );
    check(
      !query.answer.errors && query.answer.data.events.nodes.length === 5,
      JSON.stringify(query.answer).slice(0, 500),
    );
    const { totalCount } = query.answer.data.events;
    await until(page, "the query's result", async () =>
      (await shown(page, ".graphiql-response")).includes(`"totalCount": ${totalCount}`),
    );
    console.log(`query: ${totalCount} events, five of them shown`);

    // Every other example comes with its own, too, and the tab left open is open again after a reload.
    await openTab(page, "Hold");
    await until(page, "the variables of Hold", async () =>
      (await shown(page, variablesEditor)).includes("explorer-0001"),
    );
    await until(page, "Hold kept for the next visit", () =>
      page.evaluate(() => JSON.parse(localStorage.getItem("graphiql:tabState") ?? "{}").activeTabIndex === 2),
    );
    await page.reload();
    await until(page, "the variables of Hold after a reload", async () =>
      (await shown(page, variablesEditor)).includes("explorer-0001"),
    );
    check(
      (await page.getByRole("tab").count()) === 4,
      "The explorer should still have four tabs after a reload.",
    );

    await setVariables(page, {
      input: {
        eventId: choice.event.id,
        items: [{ ticketTypeId: choice.type.id, quantity: 1 }],
        idempotencyKey: `explorer-${Date.now()}`,
      },
    });
    const mutation = await exchange(page, "Hold");
    check(/^Bearer ./.test(mutation.headers.authorization ?? ""), "The session's token was not sent.");
    const made = mutation.answer.data?.holdSeats;
    check(
      !mutation.answer.errors && made?.booking && made.userErrors.length === 0,
      JSON.stringify(mutation.answer),
    );
    held.push(made.booking.id);
    await until(page, "the booking that holds a seat", async () =>
      (await shown(page, ".graphiql-response")).includes(`"reference": "${made.booking.reference}"`),
    );
    console.log(`mutation: booking ${made.booking.reference} holds a seat`);

    await openTab(page, "Seats");
    await setVariables(page, { eventId: choice.event.id });
    await execute(page);
    const available = async () => {
      const seen = /"available": (\d+)/.exec(await shown(page, ".graphiql-response"));
      return seen ? Number(seen[1]) : null;
    };
    const before = await until(page, "the first number of seats", available);
    check(
      streams.some((frame) => frame.includes('"subscribe"') && frame.includes("seatAvailability")),
      "The subscription was not sent over the WebSocket.",
    );
    held.push(await hold(choice, token));
    await until(
      page,
      `${before - 1} seats after a hold elsewhere`,
      async () => (await available()) === before - 1,
    );
    console.log(`subscription: fell from ${before} to ${before - 1} by a hold made elsewhere`);
    await page.getByRole("button", { name: /^Stop query/ }).click();
    await page.getByRole("button", { name: /^Execute query/ }).waitFor();
  } finally {
    for (const bookingId of held) {
      await api(
        "mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { userErrors { message } } }",
        { input: { bookingId, idempotencyKey: `explorer-release-${bookingId}` } },
        token,
      );
    }
  }
}

await story("explorer", run);

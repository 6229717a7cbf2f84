// Which events the stories are about, asked of the API.
import { api, tokenOf } from "./browser.mjs";

/** A published event of the demo organiser with tickets to buy, and the type of them; one that asks for answers only if `asking`. */
export async function pickEvent(asking = false) {
  const token = await tokenOf("manager@example.com");
  let after = null;
  do {
    const { myEvents } = await api(
      `query ($after: String) {
        myEvents(status: PUBLISHED, first: 50, after: $after) {
          nodes {
            id slug title startsAt
            questions { required }
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
      if (event.questions.some(({ required }) => required) !== asking) continue;
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

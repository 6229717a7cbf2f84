import { graphql } from "@/gql";
import type { EventFormat, EventFormPartsFragment, TicketTypeInput } from "@/gql/graphql";
import { instantToWall, isZone, wallToInstant } from "@/lib/format/zone";
import type { Phrase } from "@/lib/i18n/i18n";
import {
  type EventRules,
  type EventRulesInput,
  eventRulesOf,
  plainEventRules,
  readEventRules,
} from "./event-rules";
import { readAmount, writeAmount } from "./money-input";
import { plainRules, readTypeRules, type TypeRules, typeRulesOf } from "./type-rules";
import { whole } from "./whole";

export const eventFormFragment = graphql(`
  fragment EventFormParts on Event {
    id
    slug
    version
    status
    title
    summary
    description
    format
    startsAt
    endsAt
    timeZone
    coverUrl
    venue {
      id
      name
      city
    }
    category {
      id
    }
    ticketTypes {
      id
      name
      description
      price {
        amount
        currency
      }
      capacity
      salesStart
      salesEnd
      minPerOrder
      maxPerOrder
      kind
      visibility
      perPersonLimit
      maxPerAdmission
      taxRate
      taxName
    }
    capacity
    perPersonLimit
    questions {
      id
      label
      kind
      scope
      required
      options
      maxLength
      ticketTypeIds
    }
    refundPolicy {
      allowed
      refundableUntilHours
      feeBasisPoints
      feeAmount
      cancelWithoutRefund
    }
  }
`);

/** One kind of ticket while it is edited: everything is text, as the fields hold it. */
export interface TypeDraft {
  /** Tells rows apart on the page; not sent. */
  row: string;
  id: string | null;
  name: string;
  description: string;
  price: string;
  capacity: string;
  salesStart: string;
  salesEnd: string;
  minPerOrder: string;
  maxPerOrder: string;
  rules: TypeRules;
}

/** An event while it is edited. Times are wall times of its zone. */
export interface EventDraft {
  /** Empty while the event has no address yet. */
  slug: string;
  title: string;
  summary: string;
  description: string;
  format: EventFormat;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  venue: { id: string; name: string; city: string } | null;
  categoryId: string;
  coverUrl: string;
  currency: string;
  ticketTypes: TypeDraft[];
  rules: EventRules;
}

/** What is plainly missing, by the path of its field; the server checks everything again. */
export type DraftProblems = Record<string, Phrase>;

let rows = 0;

export function newType(name = "", price = "", capacity = ""): TypeDraft {
  rows += 1;
  return {
    row: `row-${rows}`,
    id: null,
    name,
    description: "",
    price,
    capacity,
    salesStart: "",
    salesEnd: "",
    minPerOrder: "1",
    maxPerOrder: "10",
    rules: plainRules,
  };
}

export function newDraft(timeZone: string, typeName: string): EventDraft {
  return {
    slug: "",
    title: "",
    summary: "",
    description: "",
    format: "IN_PERSON",
    startsAt: "",
    endsAt: "",
    timeZone,
    venue: null,
    categoryId: "",
    coverUrl: "",
    currency: "EUR",
    ticketTypes: [newType(typeName, "", "")],
    rules: plainEventRules,
  };
}

export function draftOf(event: EventFormPartsFragment): EventDraft {
  const wall = (instant: string | null | undefined) =>
    instant ? instantToWall(instant, event.timeZone) : "";
  return {
    slug: event.status === "PUBLISHED" ? event.slug : "",
    title: event.title,
    summary: event.summary,
    description: event.description,
    format: event.format,
    startsAt: wall(event.startsAt),
    endsAt: wall(event.endsAt),
    timeZone: event.timeZone,
    venue: event.venue ?? null,
    categoryId: event.category.id,
    coverUrl: event.coverUrl ?? "",
    currency: event.ticketTypes[0]?.price.currency ?? "EUR",
    ticketTypes: event.ticketTypes.map((type) => ({
      ...newType(type.name, writeAmount(type.price.amount, type.price.currency), String(type.capacity)),
      id: type.id,
      description: type.description,
      salesStart: wall(type.salesStart),
      salesEnd: wall(type.salesEnd),
      minPerOrder: String(type.minPerOrder),
      maxPerOrder: String(type.maxPerOrder),
      rules: typeRulesOf(type),
    })),
    rules: eventRulesOf(event, event.ticketTypes[0]?.price.currency ?? "EUR"),
  };
}

/** The fields of an event as both mutations take them. */
export interface EventInput extends EventRulesInput {
  title: string;
  summary: string;
  description: string;
  format: EventFormat;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  venueId: string | null;
  categoryId: string;
  coverUrl: string | null;
  ticketTypes: TicketTypeInput[];
}

/** The draft as input, or the problems that keep it from being one. */
export function readDraft(draft: EventDraft): { input: EventInput } | { problems: DraftProblems } {
  const problems: DraftProblems = {};
  const zone = draft.timeZone.trim();
  if (draft.title.trim() === "") problems.title = "manage.needTitle";
  if (draft.categoryId === "") problems.categoryId = "manage.needCategory";
  if (draft.format !== "ONLINE" && draft.venue === null) problems.venueId = "manage.needVenue";
  if (!isZone(zone)) problems.timeZone = "manage.badZone";
  const startsAt = wallToInstant(draft.startsAt, isZone(zone) ? zone : "UTC");
  const endsAt = wallToInstant(draft.endsAt, isZone(zone) ? zone : "UTC");
  if (!startsAt) problems.startsAt = "manage.needStart";
  if (!endsAt) problems.endsAt = "manage.needEnd";
  else if (startsAt && endsAt <= startsAt) problems.endsAt = "manage.endAfterStart";

  const ticketTypes = draft.ticketTypes.map((type, at): TicketTypeInput => {
    const flaw = (field: string, phrase: Phrase) => {
      problems[`ticketTypes.${at}.${field}`] = phrase;
    };
    const price = type.price.trim() === "" ? 0 : readAmount(type.price, draft.currency);
    const capacity = whole(type.capacity);
    const min = whole(type.minPerOrder);
    const max = whole(type.maxPerOrder);
    if (type.name.trim() === "") flaw("name", "manage.needName");
    if (price === null) flaw("priceAmount", "manage.badPrice");
    if (capacity === null || capacity < 1) flaw("capacity", "manage.badCapacity");
    if (min === null || min < 1) flaw("minPerOrder", "manage.badCount");
    if (max === null || max < (min ?? 1)) flaw("maxPerOrder", "manage.badCount");
    return {
      id: type.id,
      name: type.name.trim(),
      description: type.description.trim(),
      priceAmount: price ?? 0,
      currency: draft.currency,
      capacity: capacity ?? 0,
      salesStart: type.salesStart ? wallToInstant(type.salesStart, zone) : null,
      salesEnd: type.salesEnd ? wallToInstant(type.salesEnd, zone) : null,
      minPerOrder: min ?? 1,
      maxPerOrder: max ?? 10,
      ...readTypeRules(type.rules, flaw),
    };
  });
  const rules = readEventRules(draft.rules, draft.currency, (path, phrase) => {
    problems[path] = phrase;
  });
  if (Object.keys(problems).length > 0 || !startsAt || !endsAt) return { problems };
  return {
    input: {
      title: draft.title.trim(),
      summary: draft.summary.trim(),
      description: draft.description.trim(),
      format: draft.format,
      startsAt,
      endsAt,
      timeZone: zone,
      venueId: draft.format === "ONLINE" ? null : (draft.venue?.id ?? null),
      categoryId: draft.categoryId,
      coverUrl: draft.coverUrl.trim() || null,
      ticketTypes,
      ...rules,
    },
  };
}

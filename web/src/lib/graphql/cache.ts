import {
  type Cache,
  cacheExchange,
  type Data,
  type KeyingConfig,
  type UpdatesConfig,
} from "@urql/exchange-graphcache";

/** Types that are part of their parent and have no identity of their own. */
const embedded = [
  "Money",
  "PageInfo",
  "City",
  "SalesPoint",
  "CurrencyTotals",
  "SalesReport",
  "BookingItem",
  "SandboxCard",
  "PaymentProvider",
  "RefundQuote",
  "Dispute",
  "Takings",
  "EventTakings",
  "PayoutReport",
  "TransactionConnection",
  "TransactionEdge",
  "PromoCodeConnection",
  "PromoCodeEdge",
  "RefundPolicy",
  "SeatMap",
  "SeatMapSection",
  "SeatMapRow",
  "Seating",
  "SeriesPreview",
  "PromoOffer",
  "PromoPrice",
  "Session",
  "BookingConnection",
  "BookingEdge",
  "EventConnection",
  "EventEdge",
  "VenueConnection",
  "VenueEdge",
  "NotificationConnection",
  "NotificationEdge",
  "OutboxMessageConnection",
  "OutboxMessageEdge",
  "PaymentConnection",
  "PaymentEdge",
  "UserConnection",
  "UserEdge",
  "EventSalesConnection",
  "EventSalesEdge",
  "CheckInStats",
  "GateStats",
  "TicketKey",
  "Guest",
  "Answer",
  // A question that was changed keeps its id: two bookings may have been asked it differently.
  "AskedQuestion",
  "Attendee",
  "AttendeeConnection",
  "AttendeeEdge",
];

/** The id of the entity that an object counts for, or null if the query did not ask for it. */
function idOf(data: Data, field: string): string | null {
  const owner = data[field] as { id?: string } | null | undefined;
  return owner?.id ?? null;
}

const keys: KeyingConfig = {
  ...Object.fromEntries(embedded.map((name) => [name, () => null])),
  // Numbers of an event are one entity wherever they are read: what a subscription brings is seen by every query.
  EventAvailability: (data) => idOf(data, "event"),
  TicketTypeAvailability: (data) => idOf(data, "ticketType"),
  // A dispute that is lost and won again has two entries under one id.
  Transaction: (data) => (data.id && data.kind && data.at ? `${data.id} ${data.kind} ${data.at}` : null),
  EventSales: (data) => idOf(data, "event"),
  TicketTypeSales: (data) => idOf(data, "ticketType"),
};

/** Forgets what a query field answered, for all its arguments: whoever shows it asks again. */
function forget(cache: Cache, ...fields: string[]): void {
  for (const info of cache.inspectFields("Query")) {
    if (fields.includes(info.fieldName)) cache.invalidate("Query", info.fieldKey);
  }
}

/** Forgets the lists of an event's bookings. */
function forgetBookings(cache: Cache, eventId: string): void {
  const entity = { __typename: "Event", id: eventId };
  for (const info of cache.inspectFields(entity)) {
    if (info.fieldName === "bookings") cache.invalidate(entity, info.fieldName, info.arguments);
  }
}

const forgetting =
  (...fields: string[]) =>
  (_result: unknown, _args: unknown, cache: Cache) =>
    forget(cache, ...fields);

const updates: UpdatesConfig = {
  Mutation: {
    holdSeats: forgetting("myBookings"),
    confirmBooking: forgetting("myBookings"),
    cancelBooking: forgetting("myBookings", "myTransactions"),
    payBooking: forgetting("myBookings", "myPayments", "myTransactions"),
    createVenue: forgetting("venues"),
    createEvent: forgetting("myEvents"),
    updateEvent: forgetting("myEvents", "events"),
    publishEvent: forgetting("myEvents", "events", "salesReport", "cities"),
    cancelEvent: forgetting("myEvents", "events", "salesReport"),
    createSeries: forgetting("myEvents"),
    updateSeries: forgetting("myEvents", "events"),
    publishSeries: forgetting("myEvents", "events", "cities"),
    cancelSeriesDate: forgetting("myEvents", "events"),
    markNotificationsRead: forgetting("myNotifications", "me"),
    resendMessage: forgetting("outboxMessages"),
    refundPayment: forgetting("booking", "salesReport", "organizerTransactions", "payoutReport"),
    startOrganizing: forgetting("me"),
  },
  Subscription: {
    notificationReceived: forgetting("myNotifications", "me", "myBookings"),
    // Somebody booked, cancelled or came in: the lists of that event's bookings are out of date.
    eventSales: (_result, args, cache) => forgetBookings(cache, String(args.eventId)),
  },
};

/** The normalised cache of everything the server said to this session. */
export function cache() {
  return cacheExchange({
    keys,
    updates,
  });
}

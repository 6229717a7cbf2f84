/** Operations to begin with, each a tab of the explorer. */
export interface Example {
  query: string;
  variables?: string;
}

export const examples: Example[] = [
  {
    query: `# Events to come, with the seats left.
query ComingEvents($first: Int! = 5, $filter: EventFilter) {
  events(first: $first, filter: $filter) {
    totalCount
    nodes {
      id
      slug
      title
      startsAt
      timeZone
      venue { name city }
      ticketTypes { id name price { amount currency } }
      availability { available capacity revision }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: `{\n  "first": 5,\n  "filter": { "free": false }\n}\n`,
  },
  {
    query: `# Who am I, and what have I booked?
query Me {
  me {
    id
    name
    roles
    unreadNotificationCount
    bookings(first: 5) {
      nodes {
        reference
        status
        total { amount currency }
        event { title startsAt }
        payment { status method }
      }
    }
  }
}
`,
  },
  {
    query: `# Set seats aside for ten minutes.
# Take the ids from the first tab.
# Refusals come in userErrors, with a code.
mutation Hold($input: HoldSeatsInput!) {
  holdSeats(input: $input) {
    booking {
      id
      reference
      holdExpiresAt
      total { amount currency }
    }
    userErrors { field message code }
  }
}
`,
    variables: `{\n  "input": {\n    "eventId": "evt_…",\n    "items": [{ "ticketTypeId": "tkt_…", "quantity": 1 }],\n    "idempotencyKey": "explorer-0001"\n  }\n}\n`,
  },
  {
    query: `# The seats left: at once, then after
# every change. Book elsewhere and watch.
subscription Seats($eventId: ID!) {
  seatAvailability(eventId: $eventId) {
    available
    held
    sold
    capacity
    revision
    ticketTypes { ticketType { id name } available }
  }
}
`,
    variables: `{\n  "eventId": "evt_…"\n}\n`,
  },
];

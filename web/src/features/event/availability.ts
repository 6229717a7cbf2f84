import { graphql } from "@/gql";

/** Seats left, in full: of the event and of each type. A subscription writes the same entities as a query. */
export const availabilityFragment = graphql(`
  fragment LiveAvailability on EventAvailability {
    event {
      id
    }
    capacity
    held
    sold
    available
    revision
    ticketTypes {
      ticketType {
        id
      }
      capacity
      held
      sold
      available
    }
  }
`);

export const seatsSubscription = graphql(`
  subscription SeatAvailability($eventId: ID!) {
    seatAvailability(eventId: $eventId) {
      ...LiveAvailability
    }
  }
`);

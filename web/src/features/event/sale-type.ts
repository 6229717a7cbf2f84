import { graphql } from "@/gql";

/** What the picker must know of a ticket type to sell it, listed or unlocked. */
export const saleTypeFragment = graphql(`
  fragment SaleType on TicketType {
    id
    name
    description
    kind
    visibility
    price {
      amount
      currency
    }
    salesStart
    salesEnd
    minPerOrder
    maxPerOrder
    perPersonLimit
    maxPerAdmission
  }
`);

/** What a code does: cheaper types and types that are sold with it only. */
export const offerQuery = graphql(`
  query PromoOffer($eventId: ID!, $code: String!, $also: [ID!]!) {
    promoOffer(eventId: $eventId, code: $code, also: $also) {
      code
      kind
      prices {
        ticketType {
          id
        }
        fullPrice {
          amount
          currency
        }
        price {
          amount
          currency
        }
      }
      unlocks {
        id
        ...SaleType
        availability {
          ticketType {
            id
          }
          available
        }
      }
    }
  }
`);

/** A type that is not listed: who has the link sees it. */
export const hiddenTypeQuery = graphql(`
  query HiddenType($id: ID!) {
    ticketType(id: $id) {
      id
      ...SaleType
      availability {
        ticketType {
          id
        }
        available
      }
    }
  }
`);

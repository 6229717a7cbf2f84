import { graphql } from "@/gql";

export const checkoutQuery = graphql(`
  query Checkout($id: ID!) {
    booking(id: $id) {
      id
      reference
      status
      endReason
      holdExpiresAt
      total {
        amount
        currency
      }
      payment {
        id
        status
        method
        actionUrl
        declineReason
      }
      tickets {
        id
        ...TicketStub
      }
      event {
        id
        slug
        title
      }
      ...OrderSummary
    }
  }
`);

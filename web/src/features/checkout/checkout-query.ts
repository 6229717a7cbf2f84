import { graphql } from "@/gql";

export const checkoutQuery = graphql(`
  query Checkout($id: ID!) {
    booking(id: $id) {
      id
      reference
      status
      endReason
      holdExpiresAt
      extendable
      codes
      total {
        amount
        currency
      }
      payment {
        id
        status
        method
        provider
        actionUrl
        declineReason
      }
      items {
        quantity
        ticketType {
          id
        }
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
      ...GuestParts
    }
  }
`);

/** How one may pay here, the preferred way first. */
export const providersQuery = graphql(`
  query PaymentProviders {
    paymentProviders {
      name
      label
      input
      publishableKey
    }
  }
`);

import { graphql } from "@/gql";

/** What the form of guests needs of a booking, and what it changes. */
export const guestPartsFragment = graphql(`
  fragment GuestParts on Booking {
    id
    status
    answersMissing
    items {
      name
      quantity
      seats {
        id
        label
      }
      ticketType {
        id
        kind
      }
    }
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
    answers {
      question {
        id
      }
      value
    }
    guests {
      position
      name
      email
      ticketType {
        id
      }
      answers {
        question {
          id
        }
        value
      }
    }
  }
`);

export const setGuestsMutation = graphql(`
  mutation SetGuests($input: SetGuestsInput!) {
    setGuests(input: $input) {
      booking {
        id
        tickets {
          id
          guest {
            name
          }
        }
        ...GuestParts
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

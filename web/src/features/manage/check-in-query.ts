import { graphql } from "@/gql";

export const checkInMutation = graphql(`
  mutation CheckInTicket($input: CheckInTicketInput!) {
    checkInTicket(input: $input) {
      ticket {
        id
        status
        name
        checkedInAt
        gate
        guest {
          name
        }
        booking {
          id
          reference
        }
      }
      userErrors {
        message
        code
      }
    }
  }
`);

export const undoCheckInMutation = graphql(`
  mutation UndoCheckIn($input: UndoCheckInInput!) {
    undoCheckIn(input: $input) {
      ticket {
        id
        status
        checkedInAt
        gate
      }
      userErrors {
        message
        code
      }
    }
  }
`);

export const checkInProgressSubscription = graphql(`
  subscription CheckInProgress($eventId: ID!) {
    checkInProgress(eventId: $eventId) {
      tickets
      checkedIn
      refused
      gates {
        gate
        checkedIn
      }
      recent(first: 6) {
        id
        at
        gate
        outcome
        ticket {
          id
          name
          booking {
            id
            reference
          }
        }
      }
    }
  }
`);

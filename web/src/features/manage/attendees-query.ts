import { graphql } from "@/gql";

export const attendeesQuery = graphql(`
  query EventAttendees($id: ID!, $first: Int!, $after: String) {
    event(id: $id) {
      id
      attendeeQuestions {
        id
        label
      }
      attendees(first: $first, after: $after) {
        nodes {
          ticket {
            id
            code
            name
            status
            seat {
              id
              label
            }
            guest {
              name
              email
            }
            booking {
              id
              reference
              user {
                id
                name
              }
            }
          }
          answers {
            question {
              id
            }
            value
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

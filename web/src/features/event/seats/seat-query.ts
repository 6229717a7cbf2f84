import { graphql } from "@/gql";
import type { SeatMapQuery } from "@/gql/graphql";

export const seatMapQuery = graphql(`
  query SeatMap($eventId: ID!) {
    event(id: $eventId) {
      id
      seatMap {
        sections {
          name
          ticketType {
            id
          }
          rows {
            name
            seats {
              id
              number
              accessible
              status
            }
          }
        }
      }
    }
  }
`);

export type SeatMap = NonNullable<NonNullable<SeatMapQuery["event"]>["seatMap"]>;

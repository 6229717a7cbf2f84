import { graphql } from "@/gql";

export const liveSalesFragment = graphql(`
  fragment LiveSales on EventSales {
    event {
      id
    }
    bookings
    ticketsSold
    cancellations
    grossRevenue {
      amount
      currency
    }
    refunded {
      amount
      currency
    }
    netRevenue {
      amount
      currency
    }
    checkIns
    byTicketType {
      ticketType {
        id
      }
      name
      ticketsSold
      revenue {
        amount
        currency
      }
      checkIns
    }
    timeline(bucket: $bucket, last: $last) {
      start
      bookings
      tickets
      revenue {
        amount
        currency
      }
    }
    revision
    updatedAt
  }
`);

export const dashboardQuery = graphql(`
  query Dashboard($id: ID!, $bucket: SalesBucket!, $last: Int!) {
    event(id: $id) {
      id
      slug
      title
      status
      startsAt
      timeZone
      venue {
        id
        name
        city
      }
      ticketTypes {
        id
        name
        capacity
      }
      availability {
        event {
          id
        }
        capacity
        held
        sold
        available
        revision
      }
      sales {
        ...LiveSales
      }
    }
  }
`);

export const salesSubscription = graphql(`
  subscription EventSales($eventId: ID!, $bucket: SalesBucket!, $last: Int!) {
    eventSales(eventId: $eventId) {
      ...LiveSales
    }
  }
`);

export const seatsSubscription = graphql(`
  subscription DashboardSeats($eventId: ID!) {
    seatAvailability(eventId: $eventId) {
      event {
        id
      }
      capacity
      held
      sold
      available
      revision
    }
  }
`);

import { graphql } from "@/gql";

export const payoutQuery = graphql(`
  query PayoutReport($from: DateTime!, $before: DateTime!) {
    payoutReport(from: $from, before: $before) {
      currency
      takings {
        ...TakingsParts
      }
      balance {
        amount
        currency
      }
      events {
        eventId
        takings {
          ...TakingsParts
        }
      }
    }
  }
`);

export const takingsFragment = graphql(`
  fragment TakingsParts on Takings {
    gross {
      amount
      currency
    }
    refunds {
      amount
      currency
    }
    disputes {
      amount
      currency
    }
    fees {
      amount
      currency
    }
    tax {
      amount
      currency
    }
    net {
      amount
      currency
    }
  }
`);

export const transactionsQuery = graphql(`
  query OrganizerTransactions($filter: TransactionFilter, $first: Int!, $after: String) {
    organizerTransactions(filter: $filter, first: $first, after: $after) {
      nodes {
        id
        ...TransactionRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const eventNameQuery = graphql(`
  query EventName($id: ID!) {
    event(id: $id) {
      id
      title
      startsAt
      timeZone
    }
  }
`);

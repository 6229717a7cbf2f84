import { graphql } from "@/gql";

export const eventQuery = graphql(`
  query EventPage($slug: String!) {
    eventBySlug(slug: $slug) {
      id
      slug
      title
      summary
      status
      ...EventHero
      ...EventFacts
      ...TicketPicker
      description
      timeZone
      series {
        id
      }
      category {
        id
        slug
      }
    }
  }
`);

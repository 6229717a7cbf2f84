import { ReceiptText, Ticket } from "lucide-react";
import { Tabs } from "radix-ui";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import { serverNow } from "@/lib/clock";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";
import { BookingRow } from "./booking-row";
import { splitBookings } from "./booking-state";

const bookingsQuery = graphql(`
  query MyBookings($first: Int!, $after: String) {
    myBookings(first: $first, after: $after) {
      nodes {
        id
        status
        event {
          id
          startsAt
          endsAt
        }
        ...BookingRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const tab =
  "border-b-2 border-transparent px-1 pb-3 text-[0.9375rem] font-semibold text-muted hover:text-ink data-[state=active]:border-brand data-[state=active]:text-ink";

/** All bookings of the person logged in. */
export function TicketsPage() {
  const { say } = useI18n();
  const list = usePages(bookingsQuery, {}, 30, (data) => data.myBookings);
  const { upcoming, past } = splitBookings(list.nodes, serverNow());

  const lists = [
    { name: "upcoming", title: say("tickets.upcoming"), bookings: upcoming },
    { name: "past", title: say("tickets.past"), bookings: past },
  ];
  return (
    <div className="page max-w-4xl py-8 sm:py-10">
      <PageTitle
        actions={
          <ButtonLink size="small" to="/tickets/payments">
            <ReceiptText aria-hidden className="size-4" />
            {say("money.title")}
          </ButtonLink>
        }
      >
        {say("tickets.title")}
      </PageTitle>
      {!list.ready && list.error ? (
        <QueryFailed error={list.error} retry={list.again} />
      ) : !list.ready ? (
        <div role="status" aria-label={say("common.loading")} className="grid grid-cols-1 gap-4">
          {["a", "b", "c"].map((key) => (
            <Skeleton key={key} className="h-32 rounded-card" />
          ))}
        </div>
      ) : (
        <Tabs.Root defaultValue="upcoming">
          <Tabs.List className="mb-6 flex gap-6 border-b" aria-label={say("tickets.title")}>
            {lists.map(({ name, title, bookings }) => (
              <Tabs.Trigger key={name} value={name} className={tab}>
                {title} <span className="font-normal text-muted">{bookings.length}</span>
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {lists.map(({ name, bookings }) => (
            <Tabs.Content key={name} value={name} className="outline-none">
              {bookings.length === 0 ? (
                <Empty
                  icon={Ticket}
                  title={say(name === "upcoming" ? "tickets.noneUpcoming" : "tickets.nonePast")}
                  action={
                    <ButtonLink look="primary" to="/">
                      {say("tickets.find")}
                    </ButtonLink>
                  }
                >
                  {say(name === "upcoming" ? "tickets.noneUpcomingHint" : "tickets.nonePastHint")}
                </Empty>
              ) : (
                <ul className="grid grid-cols-1 gap-4">
                  {bookings.map((booking) => (
                    <li key={booking.id}>
                      <BookingRow booking={booking} />
                    </li>
                  ))}
                </ul>
              )}
            </Tabs.Content>
          ))}
          <LoadMore list={list} />
        </Tabs.Root>
      )}
    </div>
  );
}

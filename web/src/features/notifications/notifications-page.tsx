import { BellOff, CircleCheck, CircleX, type LucideIcon, MailCheck, Undo2 } from "lucide-react";
import { Link } from "react-router";
import { useMutation } from "urql";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Button, ButtonLink } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import type { NotificationKind } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useServerNow } from "@/lib/hooks/now";
import { useI18n } from "@/lib/i18n/i18n";

const notificationsQuery = graphql(`
  query Notifications($first: Int!, $after: String) {
    myNotifications(first: $first, after: $after) {
      nodes {
        id
        kind
        title
        body
        createdAt
        readAt
        booking {
          id
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const markMutation = graphql(`
  mutation MarkNotificationsRead($input: MarkNotificationsReadInput!) {
    markNotificationsRead(input: $input) {
      marked
      unread
      userErrors {
        message
      }
    }
  }
`);

const icons: Record<NotificationKind, { icon: LucideIcon; look: string }> = {
  BOOKING_CONFIRMED: { icon: CircleCheck, look: "bg-ok-soft text-ok" },
  BOOKING_CANCELLED: { icon: CircleX, look: "bg-bad-soft text-bad" },
  PAYMENT_REFUNDED: { icon: Undo2, look: "bg-warn-soft text-warn" },
  TICKET_SENT: { icon: MailCheck, look: "bg-ok-soft text-ok" },
};

/** All notifications, newest first; new ones appear by themselves. */
export function NotificationsPage() {
  const { say, format } = useI18n();
  const now = useServerNow(30_000);
  const list = usePages(notificationsQuery, {}, 30, (data) => data.myNotifications);
  const [{ fetching: marking }, mark] = useMutation(markMutation);
  const notifications = list.nodes;
  const unread = notifications.some(({ readAt }) => !readAt);

  return (
    <div className="page max-w-3xl py-8 sm:py-10">
      <PageTitle
        actions={
          unread && (
            <Button size="small" busy={marking} onClick={() => void mark({ input: { ids: null } })}>
              {say("notifications.markAll")}
            </Button>
          )
        }
      >
        {say("notifications.title")}
      </PageTitle>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && (
        <div role="status" aria-label={say("common.loading")} className="grid grid-cols-1 gap-3">
          {["a", "b", "c", "d"].map((key) => (
            <Skeleton key={key} className="h-20 rounded-card" />
          ))}
        </div>
      )}
      {list.ready && notifications.length === 0 && (
        <Empty
          icon={BellOff}
          title={say("notifications.none")}
          action={<ButtonLink to="/">{say("tickets.find")}</ButtonLink>}
        >
          {say("notifications.noneHint")}
        </Empty>
      )}
      {notifications.length > 0 && (
        <ul className="divide-y overflow-hidden rounded-card border bg-surface shadow-card">
          {notifications.map(({ id, kind, title, body, createdAt, readAt, booking }) => {
            const { icon: Icon, look } = icons[kind];
            return (
              <li
                key={id}
                className={classes("relative flex gap-4 p-4 sm:p-5", booking && "hover:bg-sunken/60")}
              >
                <span className={classes("grid size-10 shrink-0 place-items-center rounded-full", look)}>
                  <Icon aria-hidden className="size-5" />
                </span>
                <div className="min-w-0 grow">
                  <h2 className={readAt ? "font-medium" : "font-bold"}>
                    {booking ? (
                      <Link
                        to={`/tickets/${booking.id}`}
                        className="after:absolute after:inset-0"
                        onClick={() => !readAt && void mark({ input: { ids: [id] } })}
                      >
                        {title}
                      </Link>
                    ) : (
                      title
                    )}
                  </h2>
                  <p className="mt-0.5 text-[0.9375rem] text-muted">{body}</p>
                  <p className="mt-1 text-caption text-muted">
                    <time dateTime={createdAt}>{format.ago(createdAt, now)}</time>
                  </p>
                </div>
                {!readAt && (
                  <span className="mt-2 size-2.5 shrink-0 rounded-full bg-brand-fill">
                    <span className="sr-only">{say("notifications.new")}</span>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <LoadMore list={list} />
    </div>
  );
}

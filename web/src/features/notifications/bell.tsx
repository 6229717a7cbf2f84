import { Bell as BellIcon } from "lucide-react";
import { Link } from "react-router";
import { useQuery, useSubscription } from "urql";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const unreadQuery = graphql(`
  query UnreadCount {
    me {
      id
      unreadNotificationCount
    }
  }
`);

const receivedSubscription = graphql(`
  subscription NotificationReceived {
    notificationReceived {
      id
      title
      body
      kind
      createdAt
      readAt
    }
  }
`);

/** The bell with the number of unread notifications; it rings when one arrives. */
export default function Bell() {
  const { say, format } = useI18n();
  const [{ data }] = useQuery({ query: unreadQuery });
  useSubscription(
    { query: receivedSubscription },
    (previous: string | undefined, { notificationReceived }) => {
      if (notificationReceived.id !== previous) toast(notificationReceived.title);
      return notificationReceived.id;
    },
  );
  const unread = data?.me?.unreadNotificationCount ?? 0;
  return (
    <Link
      to="/notifications"
      aria-label={unread > 0 ? say("notifications.unread", { count: unread }) : say("notifications.title")}
      className="relative grid size-11 place-items-center rounded-control hover:bg-sunken"
    >
      <BellIcon aria-hidden className="size-5" />
      {unread > 0 && (
        <span
          key={unread}
          aria-hidden="true"
          className="absolute top-1 right-0.5 grid h-4.5 min-w-4.5 animate-rise place-items-center rounded-full bg-brand-fill px-1 text-[0.6875rem] leading-none font-bold text-white"
        >
          {unread > 99 ? "99+" : format.number(unread)}
        </span>
      )}
    </Link>
  );
}

import { Drama, ExternalLink, Pencil, Tag } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useQuery, useSubscription } from "urql";
import { QueryFailed } from "@/components/query-state";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Notice } from "@/components/ui/notice";
import { useDocumentTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { When } from "@/components/when";
import { readFragment } from "@/gql";
import type { SalesBucket } from "@/gql/graphql";
import { useConnectionState } from "@/lib/graphql/connection";
import { useI18n } from "@/lib/i18n/i18n";
import { AttendeesList } from "./attendees-list";
import { BookingsList } from "./bookings-list";
import { CheckIn } from "./check-in";
import { EventActions } from "./event-actions";
import { eventStates } from "./event-state";
import { KpiSkeletons } from "./kpi";
import { RevenueCard } from "./revenue-card";
import { dashboardQuery, liveSalesFragment, salesSubscription, seatsSubscription } from "./sales-query";
import { SalesTiles } from "./sales-tiles";
import { SeriesPanel } from "./series-panel";
import { TypeSales } from "./type-sales";

const lengths: Record<SalesBucket, number> = { HOUR: 72, DAY: 90 };

/** An event's numbers, living: a sale, a refund or a check-in moves them. */
export function Dashboard({ id }: { id: string }) {
  const { say } = useI18n();
  const [bucket, setBucket] = useState<SalesBucket>("DAY");
  const live = useConnectionState() === "connected";
  const variables = { bucket, last: lengths[bucket] };
  const [{ data, error }, again] = useQuery({
    query: dashboardQuery,
    variables: { id, ...variables },
    requestPolicy: "cache-and-network",
  });
  const event = data?.event;
  const quiet = !event || event.status === "DRAFT";
  useSubscription({ query: salesSubscription, variables: { eventId: id, ...variables }, pause: quiet });
  useSubscription({ query: seatsSubscription, variables: { eventId: id }, pause: quiet });
  useDocumentTitle(event?.title ?? "");

  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) {
    return (
      <div role="status" aria-label={say("common.loading")} className="page grid gap-6 py-10">
        <Skeleton className="h-10 w-80 max-w-full" />
        <KpiSkeletons />
        <Skeleton className="h-80 rounded-card" />
      </div>
    );
  }
  if (!event) {
    return (
      <Empty
        icon={Drama}
        title={say("event.notFoundTitle")}
        action={<ButtonLink to="/manage">{say("shell.manage")}</ButtonLink>}
      >
        {say("event.notFoundText")}
      </Empty>
    );
  }
  const sales = readFragment(liveSalesFragment, event.sales);
  return (
    <div className="page py-8 sm:py-10">
      <Link to="/manage" className="mb-4 inline-block text-sm font-semibold text-brand hover:underline">
        ← {say("manage.myEvents")}
      </Link>
      <div className="mb-8 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <div className="mb-2 flex flex-wrap items-center gap-2">
            <Badge tone={eventStates[event.status].tone}>{say(eventStates[event.status].name)}</Badge>
            {live && !quiet && (
              <Badge tone="ok">
                <span aria-hidden="true" className="size-2 animate-twinkle rounded-full bg-current" />
                {say("event.live")}
              </Badge>
            )}
          </div>
          <h1 className="font-display text-headline font-bold tracking-tight">{event.title}</h1>
          <p className="mt-1 text-muted">
            <When startsAt={event.startsAt} timeZone={event.timeZone} />
            {event.venue && ` · ${event.venue.name}, ${event.venue.city}`}
          </p>
        </div>
        <div className="flex flex-wrap gap-3">
          {event.status !== "CANCELLED" && (
            <ButtonLink to={`/manage/events/${id}/edit`}>
              <Pencil aria-hidden className="size-4" />
              {say("manage.edit")}
            </ButtonLink>
          )}
          {event.status === "PUBLISHED" && (
            <ButtonLink to={`/manage/events/${id}/codes`}>
              <Tag aria-hidden className="size-4" />
              {say("codes.title")}
            </ButtonLink>
          )}
          {event.status === "PUBLISHED" && (
            <ButtonLink to={`/events/${event.slug}`}>
              <ExternalLink aria-hidden className="size-4" />
              {say("manage.view")}
            </ButtonLink>
          )}
          <EventActions id={id} status={event.status} />
        </div>
      </div>
      {event.status === "DRAFT" && <Notice className="mb-6">{say("manage.draftNotice")}</Notice>}
      <SeriesPanel eventId={id} />
      {event.status !== "DRAFT" && sales && (
        <>
          <SalesTiles sales={sales} seats={event.availability ?? null} />
          <div className="mt-6 grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <RevenueCard sales={sales} bucket={bucket} onBucket={setBucket} />
            <TypeSales sales={sales} types={event.ticketTypes} />
          </div>
        </>
      )}
      {event.status !== "DRAFT" && (
        <div className="mt-6 grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <BookingsList eventId={id} />
          {event.status === "PUBLISHED" && <CheckIn eventId={id} />}
        </div>
      )}
      {event.status !== "DRAFT" && (
        <div className="mt-6">
          <AttendeesList eventId={id} slug={event.slug} />
        </div>
      )}
    </div>
  );
}

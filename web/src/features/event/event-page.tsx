import { Drama } from "lucide-react";
import { useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { useDocumentTitle } from "@/components/ui/page-title";
import { Skeleton, SkeletonLines } from "@/components/ui/skeleton";
import { useI18n } from "@/lib/i18n/i18n";
import { EventFacts } from "./event-facts";
import { EventHero } from "./event-hero";
import { eventQuery } from "./event-query";
import { SeriesDates } from "./series-dates";
import { ShareButton } from "./share-button";
import { TicketPicker } from "./ticket-picker";

function Loading() {
  const { say } = useI18n();
  return (
    <div role="status" aria-label={say("common.loading")}>
      <Skeleton className="h-[22rem] rounded-none sm:h-[26rem]" />
      <div className="page grid gap-10 py-8 lg:grid-cols-[1fr_24rem]">
        <SkeletonLines lines={8} />
        <Skeleton className="h-80 rounded-card" />
      </div>
    </div>
  );
}

/** Everything about one event, and its tickets. */
export function EventPage({ slug }: { slug: string }) {
  const { say } = useI18n();
  const [{ data, error }, again] = useQuery({
    query: eventQuery,
    variables: { slug },
    requestPolicy: "cache-and-network",
  });
  const event = data?.eventBySlug;
  useDocumentTitle(event?.title ?? "");
  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) return <Loading />;
  if (!event) {
    return (
      <Empty
        icon={Drama}
        title={say("event.notFoundTitle")}
        action={
          <ButtonLink look="primary" to="/">
            {say("event.browseOthers")}
          </ButtonLink>
        }
      >
        {say("event.notFoundText")}
      </Empty>
    );
  }
  const paragraphs = event.description
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    // The summary stands above already; many descriptions begin with it.
    .filter((text) => text !== "" && text !== event.summary);
  return (
    <article>
      <EventHero event={event} />
      {event.series && (
        <SeriesDates seriesId={event.series.id} eventId={event.id} timeZone={event.timeZone} />
      )}
      <div className="page grid grid-cols-1 gap-10 py-8 pb-28 lg:grid-cols-[minmax(0,1fr)_24rem] lg:gap-14 lg:py-12">
        <div className="order-2 lg:order-1">
          <EventFacts event={event} />
          <div className="mt-8 flex items-center justify-between border-t pt-6">
            <h2 className="font-display text-title font-bold">{say("event.about")}</h2>
            <ShareButton title={event.title} />
          </div>
          <div className="mt-4 max-w-[65ch] space-y-4 text-[1.0625rem] leading-relaxed">
            {paragraphs.length === 0 && <p className="text-muted">{say("event.noDescription")}</p>}
            {paragraphs.map((text) => (
              <p key={text} className="whitespace-pre-line">
                {text}
              </p>
            ))}
          </div>
        </div>
        <aside aria-label={say("event.tickets")} className="order-1 lg:order-2">
          <div className="lg:sticky lg:top-24">
            <TicketPicker event={event} again={() => again({ requestPolicy: "network-only" })} />
          </div>
        </aside>
      </div>
    </article>
  );
}

import { Cover } from "@/components/cover/cover";
import { Badge } from "@/components/ui/badge";
import { When } from "@/components/when";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

export const eventHeroFragment = graphql(`
  fragment EventHero on Event {
    id
    title
    summary
    status
    startsAt
    timeZone
    coverUrl
    category {
      id
      slug
      name
    }
    venue {
      id
      city
    }
  }
`);

/** The cover and the title. */
export function EventHero({ event }: { event: FragmentType<typeof eventHeroFragment> }) {
  const { say } = useI18n();
  const { id, title, summary, status, startsAt, timeZone, coverUrl, category, venue } = readFragment(
    eventHeroFragment,
    event,
  );
  return (
    <section className="relative isolate overflow-hidden bg-stage text-white">
      <Cover
        id={id}
        category={category.slug}
        url={coverUrl}
        eager
        className="absolute inset-0 -z-20 size-full"
      />
      <div
        aria-hidden="true"
        className="absolute inset-0 -z-10 bg-gradient-to-t from-[#120d16] via-[#120d16]/75 to-[#120d16]/10"
      />
      <div className="page flex min-h-[22rem] flex-col justify-end pt-28 pb-8 sm:min-h-[26rem] sm:pb-12">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <span className="rounded-full bg-bulb px-3 py-0.5 text-caption font-bold text-[#1b1520]">
            {category.name}
          </span>
          {status === "CANCELLED" && <Badge tone="bad">{say("event.cancelled")}</Badge>}
          {status === "DRAFT" && <Badge tone="warn">{say("event.draft")}</Badge>}
        </div>
        <h1 className="max-w-4xl font-display text-hero font-extrabold tracking-[-0.02em] text-balance">
          {title}
        </h1>
        {summary && <p className="mt-3 max-w-2xl text-lg text-white/85">{summary}</p>}
        <p className="mt-4 font-medium text-white/90">
          <When startsAt={startsAt} timeZone={timeZone} />
          {venue && ` · ${venue.city}`}
        </p>
      </div>
    </section>
  );
}

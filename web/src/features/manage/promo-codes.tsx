import { Copy, Pencil, Plus, Tag } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { usePages } from "@/lib/graphql/use-pages";
import { useServerNow } from "@/lib/hooks/now";
import { useI18n } from "@/lib/i18n/i18n";
import { type Code, type EventOfCodes, PromoForm } from "./promo-form";

const eventQuery = graphql(`
  query EventOfCodes($id: ID!) {
    event(id: $id) {
      id
      title
      slug
      timeZone
      ticketTypes {
        id
        name
        visibility
        price {
          amount
          currency
        }
      }
    }
  }
`);

const codesQuery = graphql(`
  query PromoCodes($id: ID!, $first: Int!, $after: String) {
    event(id: $id) {
      id
      promoCodes(first: $first, after: $after) {
        nodes {
          id
          code
          kind
          value
          ticketTypeIds
          maxUses
          perPerson
          validFrom
          validUntil
          active
          used
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

/** The promo and access codes of an event: what each does, how often it was used, and the way to change it. */
export function PromoCodes({ eventId }: { eventId: string }) {
  const { say } = useI18n();
  const [edited, setEdited] = useState<Code | "new">();
  const [{ data }] = useQuery({ query: eventQuery, variables: { id: eventId } });
  const event = data?.event;
  const list = usePages(codesQuery, { id: eventId }, 50, (answer) => answer.event?.promoCodes);
  return (
    <div className="page max-w-4xl py-8 sm:py-10">
      <Link
        to={`/manage/events/${eventId}`}
        className="mb-4 inline-block text-sm font-semibold text-brand hover:underline"
      >
        ← {event?.title ?? say("shell.manage")}
      </Link>
      <PageTitle
        lead={say("codes.lead")}
        actions={
          <Button look="primary" disabled={!event} onClick={() => setEdited("new")}>
            <Plus aria-hidden className="size-4" />
            {say("codes.new")}
          </Button>
        }
      >
        {say("codes.title")}
      </PageTitle>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && (
        <div role="status" aria-label={say("common.loading")}>
          <Skeleton className="h-64 rounded-card" />
        </div>
      )}
      {list.ready && list.nodes.length === 0 && (
        <Empty icon={Tag} title={say("codes.none")}>
          {say("codes.noneHint")}
        </Empty>
      )}
      {event && list.nodes.length > 0 && (
        <Card className="px-5 py-1">
          <ul className="divide-y">
            {list.nodes.map((code) => (
              <CodeRow key={code.id} code={code} event={event} onEdit={() => setEdited(code)} />
            ))}
          </ul>
        </Card>
      )}
      <LoadMore list={list} />
      {event && edited && (
        <PromoForm
          event={event}
          code={edited === "new" ? null : edited}
          onClose={() => setEdited(undefined)}
          onDone={() => {
            setEdited(undefined);
            list.again();
          }}
        />
      )}
    </div>
  );
}

function CodeRow({ code, event, onEdit }: { code: Code; event: EventOfCodes; onEdit: () => void }) {
  const { say, format } = useI18n();
  const now = useServerNow(60_000);
  const currency = event.ticketTypes[0]?.price.currency ?? "EUR";
  const ids = code.ticketTypeIds.map(String);
  const what = {
    PERCENTAGE: say("codes.off", { value: `${format.number(code.value / 100)} %` }),
    AMOUNT: say("codes.off", { value: format.money({ amount: code.value, currency }) }),
    ACCESS: say("codes.unlocks"),
  }[code.kind];
  const names = event.ticketTypes.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const when = (instant: string) =>
    `${format.day(instant, event.timeZone)}, ${format.time(instant, event.timeZone)}`;
  const usedUp = code.maxUses != null && code.used >= code.maxUses;
  const over = code.validUntil != null && Date.parse(code.validUntil) <= now;
  const early = code.validFrom != null && Date.parse(code.validFrom) > now;
  const facts = [
    what,
    names.length > 0 ? names.join(", ") : say("codes.allTypes"),
    code.perPerson != null && say("codes.perPersonMax", { count: code.perPerson }),
    early && code.validFrom && say("codes.begins", { when: when(code.validFrom) }),
    code.validUntil && say("codes.ends", { when: when(code.validUntil) }),
  ].filter(Boolean);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(
        `${window.location.origin}/events/${event.slug}?code=${encodeURIComponent(code.code)}`,
      );
      toast(say("event.linkCopied"));
    } catch {
      toast(say("failure.sentence"));
    }
  };
  return (
    <li className="flex items-center gap-3 py-3.5">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-mono font-bold">{code.code}</span>
          {!code.active && <Badge>{say("codes.disabled")}</Badge>}
          {code.active && usedUp && <Badge tone="warn">{say("codes.usedUp")}</Badge>}
          {code.active && !usedUp && over && <Badge>{say("codes.over")}</Badge>}
          {code.active && !usedUp && !over && early && <Badge tone="warn">{say("codes.early")}</Badge>}
          {code.active && !usedUp && !over && !early && <Badge tone="ok">{say("codes.inUse")}</Badge>}
        </p>
        <p className="mt-0.5 text-sm text-muted">{facts.join(" · ")}</p>
      </div>
      <p className="w-20 shrink-0 text-right text-sm text-muted">
        <span className="block font-display text-lg font-bold text-ink tabular-nums">
          {format.number(code.used)}
          {code.maxUses != null && ` / ${format.number(code.maxUses)}`}
        </span>
        {say("codes.uses", { count: code.used })}
      </p>
      <IconButton label={say("codes.copyLink", { code: code.code })} onClick={() => void copy()}>
        <Copy aria-hidden className="size-4" />
      </IconButton>
      <IconButton label={say("codes.edit", { code: code.code })} onClick={onEdit}>
        <Pencil aria-hidden className="size-4" />
      </IconButton>
    </li>
  );
}

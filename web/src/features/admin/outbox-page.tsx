import { MailX } from "lucide-react";
import { useState } from "react";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Badge, type Tone } from "@/components/ui/badge";
import { classes } from "@/components/ui/classes";
import { Empty } from "@/components/ui/empty";
import { SelectField, TextField } from "@/components/ui/field";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import type { DeliveryStatus } from "@/gql/graphql";
import { usePages } from "@/lib/graphql/use-pages";
import { useDebounced } from "@/lib/hooks/debounced";
import { useServerNow } from "@/lib/hooks/now";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { MessageView } from "./message-view";

const outboxQuery = graphql(`
  query OutboxMessages($status: DeliveryStatus, $recipient: String, $first: Int!, $after: String) {
    outboxMessages(status: $status, recipient: $recipient, first: $first, after: $after) {
      nodes {
        id
        status
        recipient
        subject
        createdAt
        ...MessageView
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const deliveryStates: Record<DeliveryStatus, { tone: Tone; name: Phrase }> = {
  QUEUED: { tone: "warn", name: "outbox.queued" },
  SENT: { tone: "ok", name: "outbox.sent" },
  FAILED: { tone: "bad", name: "outbox.failed" },
};

/** The delivery log: every message that left or will leave, and what became of it. */
export function OutboxPage() {
  const { say, format } = useI18n();
  const now = useServerNow(30_000);
  const [status, setStatus] = useState<DeliveryStatus | "">("");
  const [typed, setTyped] = useState("");
  const recipient = useDebounced(typed.trim(), 300);
  const [chosen, setChosen] = useState<string>();
  const list = usePages(
    outboxQuery,
    { status: status || null, recipient: recipient || null },
    30,
    (data) => data.outboxMessages,
  );
  const messages = list.nodes;
  const open = messages.find(({ id }) => id === chosen) ?? messages[0];

  return (
    <div className="page py-8 sm:py-10">
      <PageTitle lead={say("outbox.lead")}>{say("outbox.title")}</PageTitle>
      <div className="mb-5 grid gap-3 sm:max-w-xl sm:grid-cols-2">
        <TextField
          label={say("outbox.recipient")}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <SelectField
          label={say("outbox.status")}
          value={status}
          onChange={(event) => setStatus(event.target.value as DeliveryStatus | "")}
        >
          <option value="">{say("outbox.all")}</option>
          {(Object.keys(deliveryStates) as DeliveryStatus[]).map((each) => (
            <option key={each} value={each}>
              {say(deliveryStates[each].name)}
            </option>
          ))}
        </SelectField>
      </div>
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && <Skeleton className="h-96 rounded-card" />}
      {list.ready && messages.length === 0 && (
        <Empty icon={MailX} title={say("outbox.none")}>
          {say("outbox.noneHint")}
        </Empty>
      )}
      {open && (
        <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[24rem_minmax(0,1fr)]">
          <div>
            <ul className="max-h-80 divide-y lg:max-h-[70dvh] overflow-y-auto rounded-card border bg-surface shadow-card">
              {messages.map((message) => (
                <li key={message.id}>
                  <button
                    type="button"
                    aria-current={message.id === open.id}
                    onClick={() => setChosen(message.id)}
                    className={classes(
                      "block w-full px-4 py-3 text-left hover:bg-sunken",
                      message.id === open.id && "bg-sunken shadow-[inset_3px_0_0_var(--brand)]",
                    )}
                  >
                    <span className="flex items-center justify-between gap-3 text-caption text-muted">
                      <span className="truncate">{message.recipient}</span>
                      <time dateTime={message.createdAt} className="shrink-0">
                        {format.ago(message.createdAt, now)}
                      </time>
                    </span>
                    <span className="mt-0.5 mb-1 block truncate font-semibold">{message.subject}</span>
                    <Badge tone={deliveryStates[message.status].tone}>
                      {say(deliveryStates[message.status].name)}
                    </Badge>
                  </button>
                </li>
              ))}
            </ul>
            <LoadMore list={list} />
          </div>
          <MessageView key={open.id} message={open} />
        </div>
      )}
    </div>
  );
}

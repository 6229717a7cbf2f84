import { Download } from "lucide-react";
import { useState } from "react";
import { useClient, useQuery } from "urql";
import { LoadMore } from "@/components/load-more";
import { QueryFailed } from "@/components/query-state";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePages } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";
import { type Attendee, csvOf } from "./attendees-csv";
import { attendeesQuery } from "./attendees-query";

const perPage = 50;

/** Who comes, a ticket a row, with what was answered; all of it as a file. */
export function AttendeesList({ eventId, slug }: { eventId: string; slug: string }) {
  const { say } = useI18n();
  const [typed, setTyped] = useState("");
  const [{ data }] = useQuery({
    query: attendeesQuery,
    variables: { id: eventId, first: perPage, after: null },
  });
  const list = usePages(attendeesQuery, { id: eventId }, perPage, ({ event }) =>
    event
      ? { ...event.attendees, nodes: event.attendees.nodes.map((node) => ({ ...node, id: node.ticket.id })) }
      : null,
  );
  const { download, busy, failed } = useDownload(eventId, slug);
  const columns = data?.event?.attendeeQuestions ?? [];
  const words = typed.trim().toLowerCase();
  const shown = list.nodes.filter(({ ticket }) =>
    [ticket.guest?.name, ticket.guest?.email, ticket.booking.user.name, ticket.booking.reference].some(
      (text) => text?.toLowerCase().includes(words),
    ),
  );
  return (
    <Card className="min-w-0 p-5">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-display text-lg font-bold">{say("guests.attendees")}</h2>
          <p className="text-sm text-muted">{say("guests.attendeesHint")}</p>
        </div>
        <div className="flex w-full gap-2 sm:w-auto">
          <TextField
            hideLabel
            className="grow"
            label={say("guests.find")}
            placeholder={say("guests.find")}
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button busy={busy} disabled={list.nodes.length === 0} onClick={download}>
            <Download aria-hidden className="size-4" />
            {say("guests.download")}
          </Button>
        </div>
      </div>
      {failed && (
        <Notice kind="bad" className="mb-4">
          {say("guests.downloadFailed")}
        </Notice>
      )}
      {!list.ready && list.error && <QueryFailed error={list.error} retry={list.again} />}
      {!list.ready && !list.error && <Skeleton className="h-48" />}
      {list.ready && shown.length === 0 && (
        <p className="py-10 text-center text-muted">{say(words ? "guests.noMatch" : "guests.none")}</p>
      )}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrolled by keyboard too
        <section aria-label={say("guests.attendees")} tabIndex={0} className="-mx-5 overflow-x-auto px-5">
          <table className="w-full text-left text-sm">
            <thead className="text-caption text-muted">
              <tr className="border-b">
                <th className="py-2 pr-4 font-semibold">{say("guests.name")}</th>
                <th className="py-2 pr-4 font-semibold">{say("guests.ticketColumn")}</th>
                {columns.map(({ id, label }) => (
                  <th key={id} className="min-w-28 py-2 pr-4 font-semibold">
                    {label}
                  </th>
                ))}
                <th className="py-2 font-semibold">{say("guests.bookingColumn")}</th>
              </tr>
            </thead>
            <tbody className="divide-y">
              {shown.map(({ ticket, answers }) => (
                <tr key={ticket.id} className="align-top">
                  <th scope="row" className="max-w-56 min-w-32 py-3 pr-4 font-normal">
                    <span className="block font-semibold break-words">
                      {ticket.guest?.name || ticket.booking.user.name}
                    </span>
                    {ticket.guest?.email && (
                      <span className="block text-caption break-all text-muted">{ticket.guest.email}</span>
                    )}
                    {ticket.status === "CHECKED_IN" && <Badge tone="ok">{say("guests.in")}</Badge>}
                  </th>
                  <td className="min-w-28 py-3 pr-4">
                    {ticket.name}
                    {ticket.seat && (
                      <span className="block text-caption text-muted">{ticket.seat.label}</span>
                    )}
                  </td>
                  {columns.map(({ id }) => (
                    <td key={id} className="max-w-56 py-3 pr-4 break-words">
                      <Value text={answers.find(({ question }) => question.id === id)?.value} />
                    </td>
                  ))}
                  <td className="py-3">
                    <span className="block font-mono text-caption whitespace-nowrap">
                      {ticket.booking.reference}
                    </span>
                    {ticket.guest?.name && (
                      <span className="block text-caption text-muted">{ticket.booking.user.name}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <LoadMore list={list} />
    </Card>
  );
}

function Value({ text }: { text: string | undefined }) {
  const { say } = useI18n();
  if (!text) return <span className="text-muted">–</span>;
  return text === "true" ? say("guests.yes") : text;
}

/** Reads the whole list and hands it over as a file. */
function useDownload(eventId: string, slug: string) {
  const { say } = useI18n();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const save = async () => {
    setBusy(true);
    setFailed(false);
    const all: Attendee[] = [];
    let after: string | null = null;
    let columns: { id: string; label: string }[] = [];
    for (;;) {
      const { data, error }: Awaited<ReturnType<typeof page>> = await page(after);
      if (error || !data?.event) {
        setBusy(false);
        setFailed(true);
        return;
      }
      const { attendees, attendeeQuestions } = data.event;
      all.push(...attendees.nodes);
      columns = attendeeQuestions;
      if (!attendees.pageInfo.hasNextPage) break;
      after = attendees.pageInfo.endCursor ?? null;
    }
    const heads = {
      name: say("guests.name"),
      email: say("guests.email"),
      ticket: say("guests.ticketColumn"),
      seat: say("guests.seatColumn"),
      state: say("guests.stateColumn"),
      code: say("guests.codeColumn"),
      booking: say("guests.bookingColumn"),
      buyer: say("guests.buyerColumn"),
    };
    const url = URL.createObjectURL(
      new Blob([csvOf(heads, columns, all)], { type: "text/csv;charset=utf-8" }),
    );
    const link = document.createElement("a");
    link.href = url;
    link.download = `${slug}.csv`;
    link.click();
    URL.revokeObjectURL(url);
    setBusy(false);
  };
  const page = (after: string | null) =>
    client
      .query(attendeesQuery, { id: eventId, first: 100, after }, { requestPolicy: "network-only" })
      .toPromise();
  return { download: () => void save(), busy, failed };
}

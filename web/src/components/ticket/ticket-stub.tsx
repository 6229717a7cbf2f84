import { Badge } from "@/components/ui/badge";
import { classes } from "@/components/ui/classes";
import { type FragmentType, graphql, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { Qr } from "./qr";

export const ticketStubFragment = graphql(`
  fragment TicketStub on Ticket {
    id
    code
    qr
    status
    name
    checkedInAt
    gate
    seat {
      id
      label
    }
    guest {
      name
    }
  }
`);

/** One ticket to show at the door: its code, large, and what it is good for. */
export function TicketStub({
  ticket,
  number,
  of,
}: {
  ticket: FragmentType<typeof ticketStubFragment>;
  number: number;
  of: number;
}) {
  const { say, format } = useI18n();
  const { code, qr, status, name, checkedInAt, gate, seat, guest } = readFragment(ticketStubFragment, ticket);
  const good = status === "VALID";
  return (
    <section
      aria-label={say("tickets.ticketOf", { number, of })}
      className="flex break-inside-avoid flex-col overflow-hidden rounded-card border bg-surface shadow-card"
    >
      <div className="flex items-start justify-between gap-3 px-5 pt-4 pb-5">
        <div className="min-w-0">
          <p className="text-caption text-muted">{say("tickets.ticketOf", { number, of })}</p>
          <h2 className="font-display text-lg font-bold">{name}</h2>
          {seat && <p className="font-semibold text-brand">{seat.label}</p>}
          {guest?.name && <p className="mt-0.5 font-semibold break-words">{guest.name}</p>}
        </div>
        <Badge tone={good ? "ok" : status === "VOID" ? "bad" : "neutral"}>
          {say(good ? "tickets.valid" : status === "VOID" ? "tickets.void" : "tickets.checkedIn")}
        </Badge>
      </div>
      <div className="ticket-tear" />
      <div className="flex flex-col items-center gap-3 px-5 pt-6 pb-5">
        <Qr
          text={qr ?? code}
          label={say("tickets.qrLabel", { code })}
          className={classes("w-full max-w-72 rounded-lg border bg-white p-2", !good && "opacity-25")}
        />
        <code className="font-mono text-sm tracking-wider break-all text-muted">{code}</code>
        {checkedInAt && (
          <p className="text-sm text-muted">
            {say("tickets.checkedInAt", { time: format.time(checkedInAt) })}
            {gate && ` · ${gate}`}
          </p>
        )}
      </div>
    </section>
  );
}

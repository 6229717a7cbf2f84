import { Badge, type Tone } from "@/components/ui/badge";
import type { CheckInProgressSubscription, ScanOutcome } from "@/gql/graphql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";

type Progress = CheckInProgressSubscription["checkInProgress"];

const outcomes: Record<ScanOutcome, { tone: Tone; name: Phrase }> = {
  LET_IN: { tone: "ok", name: "manage.scanLetIn" },
  ALREADY_IN: { tone: "warn", name: "manage.scanAlreadyIn" },
  VOID: { tone: "bad", name: "manage.scanVoid" },
  REPLACED: { tone: "bad", name: "manage.scanReplaced" },
  FORGED: { tone: "bad", name: "manage.scanForged" },
  WRONG_EVENT: { tone: "bad", name: "manage.scanWrongEvent" },
  NOT_FOUND: { tone: "bad", name: "manage.scanNotFound" },
  UNDONE: { tone: "neutral", name: "manage.scanUndone" },
};

/** How many came in at each gate, and the latest scans at all of them. */
export function ScanList({ gates, scans }: { gates: Progress["gates"]; scans: Progress["recent"] }) {
  const { say, format } = useI18n();
  if (scans.length === 0) return null;
  return (
    <div className="mt-5 border-t pt-4">
      <ul className="mb-4 flex flex-wrap gap-2">
        {gates.map(({ gate, checkedIn }) => (
          <li key={gate}>
            <Badge>
              {gate || say("manage.noGate")} {format.number(checkedIn)}
            </Badge>
          </li>
        ))}
      </ul>
      <h3 className="mb-2 text-sm font-semibold">{say("manage.lastScans")}</h3>
      <ul className="grid gap-2 text-sm">
        {scans.map(({ id, at, outcome, ticket }) => (
          <li key={id} className="flex items-center justify-between gap-3">
            <span className="min-w-0 truncate text-muted">
              {format.time(at)}
              {ticket && ` · ${ticket.name} · ${ticket.booking.reference}`}
            </span>
            <Badge tone={outcomes[outcome].tone}>{say(outcomes[outcome].name)}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}

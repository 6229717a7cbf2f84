import { nanoid } from "@reduxjs/toolkit";
import { Camera as CameraIcon, CircleCheck, CircleX, ScanLine, TriangleAlert } from "lucide-react";
import { type FormEvent, lazy, Suspense, useRef, useState } from "react";
import { useMutation, useSubscription } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useI18n } from "@/lib/i18n/i18n";
import { checkInMutation, checkInProgressSubscription, undoCheckInMutation } from "./check-in-query";
import { ScanList } from "./scan-list";
import { UndoCheckIn } from "./undo-check-in";
import { judge, type Verdict } from "./verdict";

// Reading QR codes is a large library: only who opens the camera loads it.
const Camera = lazy(async () => ({ default: (await import("./camera")).Camera }));

const looks = {
  welcome: { icon: CircleCheck, look: "bg-ok-soft text-ok", title: "manage.welcome" },
  already: { icon: TriangleAlert, look: "bg-warn-soft text-warn", title: "manage.already" },
  refused: { icon: CircleX, look: "bg-bad-soft text-bad", title: "manage.refused" },
} as const;

/** A key under which the network's own repetitions of one scan count once. */
const newKey = () => `scan-${nanoid(24)}`;

/** Lets people in by the code or the QR code of their ticket: typed, read by a scanner that types, or by the camera. */
export function CheckIn({ eventId }: { eventId: string }) {
  const { say, format } = useI18n();
  const [{ fetching }, checkIn] = useMutation(checkInMutation);
  const [{ fetching: undoing }, undo] = useMutation(undoCheckInMutation);
  const [{ data }] = useSubscription({ query: checkInProgressSubscription, variables: { eventId } });
  const [code, setCode] = useState("");
  const [gate, setGate] = useState("");
  const [camera, setCamera] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [undone, setUndone] = useState<string>();
  const [last, setLast] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const progress = data?.checkInProgress;

  const read = async (text: string) => {
    const answer = await checkIn({
      input: { eventId, code: text, gate: gate.trim(), idempotencyKey: newKey() },
    });
    setVerdict(judge(answer.data?.checkInTicket, say("failure.sentence")));
    setLast(text);
    setUndone(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() === "" || fetching) return;
    const text = code.trim();
    setCode("");
    await read(text);
    input.current?.focus();
  };
  const takeBack = async (reason: string) => {
    const answer = await undo({ input: { eventId, code: last, reason, idempotencyKey: newKey() } });
    const refusal = answer.data?.undoCheckIn.userErrors[0];
    setVerdict(undefined);
    setUndone(answer.error ? say("failure.sentence") : (refusal?.message ?? say("manage.undone")));
    input.current?.focus();
  };

  return (
    <Card className="p-5">
      <div className="mb-1 flex items-start justify-between gap-3">
        <h2 className="flex items-center gap-2 font-display text-lg font-bold">
          <ScanLine aria-hidden className="size-5 text-brand" />
          {say("manage.checkIn")}
        </h2>
        {progress && (
          <p className="text-sm text-muted tabular-nums">
            <span className="font-display text-lg font-bold text-ink">
              {format.number(progress.checkedIn)}
            </span>{" "}
            {say("manage.ofTickets", { count: format.number(progress.tickets) })}
          </p>
        )}
      </div>
      <p className="mb-4 text-sm text-muted">{say("manage.checkInHint")}</p>
      {verdict && (
        <VerdictCard verdict={verdict} undoing={undoing} onUndo={(reason) => void takeBack(reason)} />
      )}
      {undone && (
        <Notice kind="info" className="mb-4">
          {undone}
        </Notice>
      )}
      <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-4">
        {camera && (
          <Suspense fallback={<Skeleton className="aspect-square w-full rounded-control" />}>
            <Camera onCode={(text) => void read(text)} />
          </Suspense>
        )}
        <TextField
          ref={input}
          label={say("manage.ticketCode")}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <TextField
          label={say("manage.gate")}
          optional={say("common.optional")}
          maxLength={100}
          value={gate}
          onChange={(event) => setGate(event.target.value)}
        />
        <div className="grid grid-cols-2 gap-3">
          <Button onClick={() => setCamera(!camera)} aria-pressed={camera}>
            <CameraIcon aria-hidden className="size-4" />
            {say(camera ? "manage.cameraOff" : "manage.cameraOn")}
          </Button>
          <Button type="submit" look="primary" busy={fetching}>
            {say("manage.letInAction")}
          </Button>
        </div>
      </form>
      {progress && <ScanList gates={progress.gates} scans={progress.recent} />}
    </Card>
  );
}

/** The answer, large enough to be read at arm's length. */
function VerdictCard({
  verdict: { kind, at, gate: where, ticket, guest, reference, message },
  undoing: busy,
  onUndo,
}: {
  verdict: Verdict;
  undoing: boolean;
  onUndo: (reason: string) => void;
}) {
  const { say, format } = useI18n();
  const { icon: Icon, look, title } = looks[kind];
  return (
    <div
      role={kind === "welcome" ? "status" : "alert"}
      className={classes("mb-4 rounded-card px-4 py-5 text-center", look)}
    >
      <Icon aria-hidden className="mx-auto mb-2 size-12" />
      <p className="font-display text-2xl font-bold">{say(title)}</p>
      {guest && <p className="mt-1 text-lg font-semibold break-words">{guest}</p>}
      {kind === "already" && at && (
        <p className="mt-1 font-semibold">
          {say("manage.alreadyIn", { time: format.time(at) })}
          {where && ` · ${where}`}
        </p>
      )}
      {message && <p className="mt-1 font-semibold">{message}</p>}
      {ticket && (
        <p className="mt-1 text-sm text-ink">
          {ticket} · {reference}
        </p>
      )}
      {kind !== "refused" && <UndoCheckIn busy={busy} onUndo={onUndo} />}
    </div>
  );
}

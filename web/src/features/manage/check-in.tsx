import { ScanLine } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const checkInMutation = graphql(`
  mutation CheckInTicket($input: CheckInTicketInput!) {
    checkInTicket(input: $input) {
      ticket {
        id
        status
        name
        checkedInAt
        gate
      }
      userErrors {
        message
        code
      }
    }
  }
`);

interface Verdict {
  kind: "ok" | "warn" | "bad";
  text: string;
}

/** Lets people in by the code of their ticket; a scanner that types and presses Enter works as well. */
export function CheckIn({ eventId }: { eventId: string }) {
  const { say, format } = useI18n();
  const [{ fetching }, checkIn] = useMutation(checkInMutation);
  const [code, setCode] = useState("");
  const [gate, setGate] = useState("");
  const [verdict, setVerdict] = useState<Verdict>();
  const input = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() === "") return;
    const { data } = await checkIn({ input: { eventId, code: code.trim(), gate: gate.trim() } });
    setVerdict(judge(data?.checkInTicket));
    setCode("");
    input.current?.focus();
  };

  type Answer = NonNullable<Awaited<ReturnType<typeof checkIn>>["data"]>["checkInTicket"];
  const judge = (answer: Answer | undefined): Verdict => {
    if (!answer) return { kind: "bad", text: say("failure.sentence") };
    const { ticket, userErrors } = answer;
    const [refusal] = userErrors;
    if (!refusal) return { kind: "ok", text: say("manage.letIn", { name: ticket?.name ?? "" }) };
    if (refusal.code === "ALREADY_CHECKED_IN" && ticket?.checkedInAt) {
      const where = ticket.gate ? ` · ${ticket.gate}` : "";
      return {
        kind: "warn",
        text: say("manage.alreadyIn", { time: format.time(ticket.checkedInAt) }) + where,
      };
    }
    return { kind: "bad", text: refusal.message };
  };

  return (
    <Card className="p-5">
      <h2 className="mb-1 flex items-center gap-2 font-display text-lg font-bold">
        <ScanLine aria-hidden className="size-5 text-brand" />
        {say("manage.checkIn")}
      </h2>
      <p className="mb-4 text-sm text-muted">{say("manage.checkInHint")}</p>
      <form onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-4">
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
        <Button type="submit" look="primary" busy={fetching}>
          {say("manage.letInAction")}
        </Button>
      </form>
      {verdict && (
        <Notice kind={verdict.kind} className="mt-4">
          {verdict.text}
        </Notice>
      )}
    </Card>
  );
}

import { RefreshCw } from "lucide-react";
import { useRef, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const reissueMutation = graphql(`
  mutation ReissueTicket($input: ReissueTicketInput!) {
    reissueTicket(input: $input) {
      ticket {
        id
        ...TicketStub
      }
      userErrors {
        message
        code
      }
    }
  }
`);

/** Gives a ticket another code: for who has lost a print, or shown the code to the world. */
export function ReissueTicket({ ticketId, number }: { ticketId: string; number: number }) {
  const { say } = useI18n();
  const [{ fetching }, reissue] = useMutation(reissueMutation);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState("");
  const key = useRef("");
  const ask = () => {
    // One question, one key: pressing twice makes one new code.
    key.current = `reissue-${crypto.randomUUID?.() ?? `${ticketId}-${Date.now()}`}`;
    setProblem("");
    setOpen(true);
  };
  const confirm = async () => {
    setProblem("");
    const { data } = await reissue({ input: { ticketId, idempotencyKey: key.current } });
    if (!data) return setProblem(say("failure.sentence"));
    const { userErrors } = data.reissueTicket;
    if (userErrors.length > 0) return setProblem(userErrors.map(({ message }) => message).join(" "));
    setOpen(false);
    toast(say("reissue.done"));
  };
  return (
    <>
      <Button
        look="quiet"
        size="small"
        className="mt-2 w-full text-muted"
        data-print="hide"
        aria-label={say("reissue.ofTicket", { number })}
        onClick={ask}
      >
        <RefreshCw aria-hidden className="size-4" />
        {say("reissue.action")}
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={say("reissue.title")}
        description={say("reissue.text")}
        action={say("reissue.confirm")}
        busy={fetching}
        error={problem}
        onConfirm={() => void confirm()}
      />
    </>
  );
}

import { useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { TextField } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import type { EventStatus } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";

const publishMutation = graphql(`
  mutation PublishEvent($input: PublishEventInput!) {
    publishEvent(input: $input) {
      event {
        id
        status
        version
      }
      userErrors {
        message
        code
      }
    }
  }
`);

const cancelMutation = graphql(`
  mutation CancelEvent($input: CancelEventInput!) {
    cancelEvent(input: $input) {
      event {
        id
        status
        version
      }
      userErrors {
        message
        code
      }
    }
  }
`);

/** Brings an event before the public, or calls it off. */
export function EventActions({ id, status }: { id: string; status: EventStatus }) {
  const { say } = useI18n();
  const [{ fetching: publishing }, publish] = useMutation(publishMutation);
  const [{ fetching: cancelling }, cancel] = useMutation(cancelMutation);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");

  const goPublic = async () => {
    const { data } = await publish({ input: { id } });
    const problems = data?.publishEvent.userErrors;
    if (!problems) toast(say("failure.sentence"));
    else toast(problems.map(({ message }) => message).join(" ") || say("manage.publishedNow"));
  };

  const callOff = async () => {
    setProblem("");
    const { data } = await cancel({ input: { id, reason: reason.trim() } });
    const problems = data?.cancelEvent.userErrors;
    if (!problems) return setProblem(say("failure.sentence"));
    if (problems.length > 0) return setProblem(problems.map(({ message }) => message).join(" "));
    setAsking(false);
    toast(say("manage.cancelledNow"));
  };

  if (status === "CANCELLED") return null;
  return (
    <>
      {status === "DRAFT" ? (
        <Button look="primary" busy={publishing} onClick={() => void goPublic()}>
          {say("manage.publish")}
        </Button>
      ) : (
        <Button look="danger" onClick={() => setAsking(true)}>
          {say("manage.callOff")}
        </Button>
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={say("manage.callOffTitle")}
        description={say("manage.callOffText")}
        action={say("manage.callOff")}
        busy={cancelling}
        error={problem}
        onConfirm={() => void callOff()}
      >
        <TextField
          className="mt-4"
          label={say("manage.reason")}
          optional={say("common.optional")}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Confirm>
    </>
  );
}

import { Timer } from "lucide-react";
import { useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { countdown } from "./stage";

const extendMutation = graphql(`
  mutation ExtendHold($input: ExtendHoldInput!) {
    extendHold(input: $input) {
      booking {
        id
        status
        holdExpiresAt
        extendable
      }
      userErrors {
        message
        code
      }
    }
  }
`);

const hold = 600;

/**
 * How long the seats are still held, and the way to more time, once. Read out at whole minutes and near the end, not
 * every second.
 */
export function HoldClock({
  bookingId,
  expiresAt,
  extendable,
  now,
}: {
  bookingId: string;
  expiresAt: string;
  extendable: boolean;
  now: number;
}) {
  const { say } = useI18n();
  const [{ fetching }, extend] = useMutation(extendMutation);
  const [problem, setProblem] = useState("");
  const more = async () => {
    setProblem("");
    const { data } = await extend({ input: { bookingId, idempotencyKey: `extend-${bookingId}` } });
    if (!data) return setProblem(say("failure.sentence"));
    const { userErrors } = data.extendHold;
    if (userErrors.length > 0) return setProblem(userErrors.map(({ message }) => message).join(" "));
    toast(say("pay.extended"));
  };
  const { text, seconds } = countdown(expiresAt, now);
  const near = seconds <= 60;
  const spoken =
    seconds % 60 === 0 || seconds === 30 ? say("checkout.heldSpoken", { time: text }) : undefined;
  return (
    <div
      className={classes(
        "overflow-hidden rounded-control",
        near ? "bg-bad-soft text-bad" : "bg-bulb-soft text-ink",
      )}
    >
      <div className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2 text-[0.9375rem]">
        <Timer aria-hidden className="size-5 shrink-0" />
        <p className="grow">
          {say("checkout.held")} <strong className="font-bold tabular-nums">{text}</strong>
        </p>
        {extendable && (
          <Button size="small" busy={fetching} onClick={() => void more()}>
            {say("pay.moreTime")}
          </Button>
        )}
        <p role="alert" className="basis-full text-sm font-semibold empty:hidden">
          {problem}
        </p>
      </div>
      <div
        aria-hidden="true"
        className={classes(
          "h-1 origin-left transition-transform duration-1000 ease-linear",
          near ? "bg-bad" : "bg-bulb",
        )}
        style={{ transform: `scaleX(${Math.min(1, seconds / hold)})` }}
      />
      <p aria-live="polite" className="sr-only">
        {spoken}
      </p>
    </div>
  );
}

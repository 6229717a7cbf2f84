import { Users } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { isBlank } from "@/components/guests/guest-draft";
import { GuestForm } from "@/components/guests/guest-form";
import { guestPartsFragment } from "@/components/guests/guest-query";
import { Button } from "@/components/ui/button";
import { type FragmentType, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

/**
 * Stands before the payment: what the organiser asks comes first, and then stands above it as one line. Where
 * nothing is asked, naming the guests is an offer.
 */
export function GuestGate({
  booking,
  children,
}: {
  booking: FragmentType<typeof guestPartsFragment>;
  children: ReactNode;
}) {
  const { say } = useI18n();
  const parts = readFragment(guestPartsFragment, booking);
  const [open, setOpen] = useState(parts.answersMissing || (parts.questions.length > 0 && isBlank(parts)));
  const shown = open || parts.answersMissing;

  // What follows begins at its top, also for who pressed the button at the foot of the form.
  const top = useRef<HTMLDivElement>(null);
  const before = useRef(shown);
  useEffect(() => {
    if (before.current !== shown && top.current && top.current.getBoundingClientRect().top < 64)
      top.current.scrollIntoView({ block: "start" });
    before.current = shown;
  }, [shown]);

  if (shown) {
    return (
      <div ref={top} className="scroll-mt-24">
        <h2 className="font-display text-title font-bold">{say("guests.title")}</h2>
        <p className="mt-1 mb-6 text-muted">{say(parts.answersMissing ? "guests.needed" : "guests.free")}</p>
        <GuestForm
          booking={parts}
          action={say("guests.goOn")}
          later={say(isBlank(parts) ? "guests.notNow" : "guests.keep")}
          onDone={() => setOpen(false)}
          onLater={parts.answersMissing ? undefined : () => setOpen(false)}
        />
      </div>
    );
  }
  const names = parts.guests.map(({ name }) => name).filter(Boolean);
  return (
    <div ref={top} className="scroll-mt-24">
      <div className="mb-6 flex items-center gap-3 border-b pb-5">
        <Users aria-hidden className="size-5 shrink-0 text-brand" />
        <p className="min-w-0 grow text-sm">
          {names.length > 0 && <span className="font-semibold break-words">{names.join(", ")}</span>}
          {names.length === 0 && !isBlank(parts) && <span>{say("guests.answered")}</span>}
          {isBlank(parts) && <span className="text-muted">{say("guests.addHint")}</span>}
        </p>
        <Button size="small" onClick={() => setOpen(true)}>
          {say(isBlank(parts) ? "guests.add" : "guests.change")}
        </Button>
      </div>
      {children}
    </div>
  );
}

import { useState } from "react";
import { isBlank } from "@/components/guests/guest-draft";
import { GuestForm } from "@/components/guests/guest-form";
import { guestPartsFragment } from "@/components/guests/guest-query";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { type FragmentType, readFragment } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

/** Who the tickets are for and what was answered, to be put right until the event begins. */
export function Guests({
  booking,
  open,
}: {
  booking: FragmentType<typeof guestPartsFragment>;
  /** Whether they can still be changed. */
  open: boolean;
}) {
  const { say } = useI18n();
  const parts = readFragment(guestPartsFragment, booking);
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  if (!open && isBlank(parts)) return null;
  const label = (id: string) => parts.questions.find((question) => question.id === id)?.label ?? "";
  return (
    <Card className="min-w-0 p-5">
      <div className="mb-4 flex items-center justify-between gap-3">
        <h2 className="font-display text-lg font-bold">{say("guests.attendees")}</h2>
        {open && !editing && (
          <Button
            size="small"
            onClick={() => {
              setSaved(false);
              setEditing(true);
            }}
          >
            {say(isBlank(parts) ? "guests.add" : "guests.change")}
          </Button>
        )}
      </div>
      {editing && (
        <GuestForm
          booking={parts}
          action={say("guests.save")}
          later={say("guests.keep")}
          onDone={() => {
            setEditing(false);
            setSaved(true);
          }}
          onLater={() => setEditing(false)}
        />
      )}
      {saved && !editing && (
        <Notice kind="ok" className="mb-4">
          {say("guests.changed")}
        </Notice>
      )}
      {!editing && isBlank(parts) && <p className="text-sm text-muted">{say("guests.free")}</p>}
      {!editing && !isBlank(parts) && (
        <ul className="divide-y text-[0.9375rem]">
          {parts.guests.map(({ name, email, ticketType, position, answers }) => (
            <li key={`${ticketType.id} ${position}`} className="py-3 first:pt-0 last:pb-0">
              <p className="font-semibold break-words">{name || say("guests.noName")}</p>
              <p className="text-caption break-words text-muted">
                {[parts.items.find((item) => item.ticketType.id === ticketType.id)?.name, email]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
              <Answers answers={answers} label={label} />
            </li>
          ))}
          {parts.answers.length > 0 && (
            <li className="py-3 last:pb-0">
              <Answers answers={parts.answers} label={label} />
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}

function Answers({
  answers,
  label,
}: {
  answers: readonly { question: { id: string }; value: string }[];
  label: (id: string) => string;
}) {
  const { say } = useI18n();
  if (answers.length === 0) return null;
  return (
    <dl className="mt-1 grid gap-x-4 text-sm sm:grid-cols-[minmax(0,auto)_minmax(0,1fr)]">
      {answers.map(({ question, value }) => (
        <div key={question.id} className="contents">
          <dt className="text-muted">{label(question.id)}</dt>
          <dd className="break-words">{value === "true" ? say("guests.yes") : value}</dd>
        </div>
      ))}
    </dl>
  );
}

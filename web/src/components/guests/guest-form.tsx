import { nanoid } from "@reduxjs/toolkit";
import { type FormEvent, useRef, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import type { GuestPartsFragment } from "@/gql/graphql";
import { messagesByField } from "@/lib/graphql/errors";
import { useI18n } from "@/lib/i18n/i18n";
import { useSession } from "@/lib/store/store";
import {
  draftOf,
  type GuestDraft,
  inputOf,
  missing,
  placeOf,
  type Question,
  type TicketDraft,
} from "./guest-draft";
import { setGuestsMutation } from "./guest-query";
import { QuestionField } from "./question-field";

type Errors = Readonly<Record<string, string>>;

/** Says who the tickets of a booking are for and answers the organiser's questions. */
export function GuestForm({
  booking,
  action,
  later,
  onDone,
  onLater,
}: {
  booking: GuestPartsFragment;
  /** What the buttons say. */
  action: string;
  later: string;
  onDone: () => void;
  /** Leaves without a change; undefined where answers are needed first. */
  onLater: (() => void) | undefined;
}) {
  const { say } = useI18n();
  const [{ fetching }, setGuests] = useMutation(setGuestsMutation);
  const [draft, setDraft] = useState(() => draftOf(booking));
  const [errors, setErrors] = useState<Errors>({});
  const form = useRef<HTMLFormElement>(null);

  const refuse = (found: Errors) => {
    setErrors(found);
    // After the next paint the fields are marked.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus({ preventScroll: false }),
    );
  };
  const change = (to: GuestDraft, place: string) => {
    setDraft(to);
    if (errors[place] !== undefined) setErrors({ ...errors, [place]: "" });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const places = missing(draft);
    if (places.length > 0)
      return refuse(Object.fromEntries(places.map((place) => [place, say("guests.required")])));
    setErrors({});
    const { data, error } = await setGuests({
      input: { bookingId: booking.id, idempotencyKey: `guests-${nanoid(24)}`, ...inputOf(draft) },
    });
    if (error || !data) return refuse({ "": say("failure.sentence") });
    const { userErrors } = data.setGuests;
    if (userErrors.length === 0) return onDone();
    const found: Record<string, string> = {};
    for (const [path, message] of Object.entries(messagesByField(userErrors)))
      found[placeOf(path)] = [found[placeOf(path)], message].filter(Boolean).join(" ");
    refuse(found);
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)} className="grid grid-cols-1 gap-6">
      {draft.tickets.map((ticket, at) => (
        <TicketFields
          key={`${ticket.typeId} ${ticket.position}`}
          ticket={ticket}
          number={at + 1}
          place={`guests.${at}`}
          errors={errors}
          onChange={(to, place) =>
            change({ ...draft, tickets: draft.tickets.map((each, n) => (n === at ? to : each)) }, place)
          }
        />
      ))}
      {draft.questions.length > 0 && (
        <fieldset className="min-w-0 border-t pt-5">
          <legend className="float-left mb-4 w-full font-display text-lg font-bold">
            {say("guests.ofOrder")}
          </legend>
          <Questions
            questions={draft.questions}
            answers={draft.answers}
            place="answers"
            errors={errors}
            onChange={(answers, place) => change({ ...draft, answers }, place)}
          />
        </fieldset>
      )}
      {errors[""] && <Notice kind="bad">{errors[""]}</Notice>}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="primary" size="large" className="grow sm:grow-0" busy={fetching}>
          {action}
        </Button>
        {onLater && (
          <Button look="quiet" size="large" className="grow sm:grow-0" onClick={onLater}>
            {later}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What is asked of one ticket. */
function TicketFields({
  ticket,
  number,
  place,
  errors,
  onChange,
}: {
  ticket: TicketDraft;
  number: number;
  place: string;
  errors: Errors;
  onChange: (to: TicketDraft, place: string) => void;
}) {
  const { say } = useI18n();
  const session = useSession();
  const me = session?.user;
  return (
    <fieldset className="min-w-0 border-t pt-5 first:border-t-0 first:pt-0">
      <legend className="float-left mb-4 w-full">
        <span className="font-display text-lg font-bold">{say("guests.ticket", { number })}</span>{" "}
        <span className="text-sm text-muted">
          {ticket.name}
          {ticket.seat && ` · ${ticket.seat}`}
        </span>
      </legend>
      <div className="clear-both grid grid-cols-1 gap-4 sm:grid-cols-2">
        {ticket.lets && (
          <>
            <div>
              <TextField
                label={say("guests.name")}
                optional={say("common.optional")}
                autoComplete={number === 1 ? "name" : "off"}
                maxLength={100}
                error={errors[`${place}.name`] || undefined}
                value={ticket.guest}
                onChange={(event) => onChange({ ...ticket, guest: event.target.value }, `${place}.name`)}
              />
              {number === 1 && me && ticket.guest === "" && (
                <button
                  type="button"
                  className="mt-1.5 text-caption font-semibold text-brand hover:underline"
                  onClick={() =>
                    onChange({ ...ticket, guest: me.name, email: ticket.email || me.email }, `${place}.name`)
                  }
                >
                  {say("guests.itsMe", { name: me.name })}
                </button>
              )}
            </div>
            <TextField
              label={say("guests.email")}
              optional={say("common.optional")}
              type="email"
              hint={say("guests.emailHint")}
              autoComplete={number === 1 ? "email" : "off"}
              maxLength={254}
              error={errors[`${place}.email`] || undefined}
              value={ticket.email}
              onChange={(event) => onChange({ ...ticket, email: event.target.value }, `${place}.email`)}
            />
          </>
        )}
        <Questions
          questions={ticket.questions}
          answers={ticket.answers}
          place={`${place}.answers`}
          errors={errors}
          onChange={(answers, at) => onChange({ ...ticket, answers }, at)}
        />
      </div>
    </fieldset>
  );
}

function Questions({
  questions,
  answers,
  place,
  errors,
  onChange,
}: {
  questions: readonly Question[];
  answers: readonly string[];
  place: string;
  errors: Errors;
  onChange: (answers: readonly string[], place: string) => void;
}) {
  return questions.map((question, at) => (
    <QuestionField
      key={question.id}
      question={question}
      value={answers[at] ?? ""}
      error={errors[`${place}.${at}`] || undefined}
      onChange={(value) =>
        onChange(
          answers.map((each, n) => (n === at ? value : each)),
          `${place}.${at}`,
        )
      }
    />
  ));
}

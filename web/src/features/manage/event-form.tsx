import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { useQuery } from "urql";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SelectField, TextArea, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { graphql } from "@/gql";
import type { EventFormat } from "@/gql/graphql";
import { messagesByField, type UserError } from "@/lib/graphql/errors";
import { useI18n } from "@/lib/i18n/i18n";
import { type EventDraft, type EventInput, readDraft } from "./event-draft";
import type { EventRules } from "./event-rules";
import { LimitsEditor, QuestionsEditor } from "./rules-editor";
import { TypeEditor } from "./type-editor";
import { VenuePicker } from "./venue-picker";

const categoriesQuery = graphql(`
  query FormCategories {
    categories {
      id
      slug
      name
    }
  }
`);

const fields = [
  "title",
  "summary",
  "description",
  "format",
  "startsAt",
  "endsAt",
  "timeZone",
  "venueId",
  "categoryId",
  "coverUrl",
  "ticketTypes",
  "capacity",
  "perPersonLimit",
  "questions",
  "refundPolicy",
];

function hasPlace(path: string): boolean {
  return fields.includes(path) || /^((ticketTypes|questions)\.\d+|refundPolicy)\.\w+$/.test(path);
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="p-5 sm:p-7">
      <h2 className="mb-5 font-display text-title font-bold">{title}</h2>
      <div className="grid grid-cols-1 gap-5">{children}</div>
    </Card>
  );
}

/** The form of an event, for a new one and for one that exists. `save` answers with what the server refused. */
export function EventForm({
  initial,
  locked,
  submit,
  cancelTo,
  save,
}: {
  initial: EventDraft;
  locked: boolean;
  submit: string;
  cancelTo: string;
  save: (input: EventInput) => Promise<readonly UserError[] | null>;
}) {
  const { say } = useI18n();
  const [{ data }] = useQuery({ query: categoriesQuery });
  const [draft, setDraft] = useState(initial);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const change = (part: Partial<EventDraft>) => setDraft({ ...draft, ...part });

  const rule = (part: Partial<EventRules>) => change({ rules: { ...draft.rules, ...part } });

  const showProblems = (found: Record<string, string>) => {
    setProblems(found);
    if (Object.keys(found).length === 0) return;
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>("[aria-invalid='true'], [role='alert']")?.focus(),
    );
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const read = readDraft(draft);
    if ("problems" in read) {
      const named = Object.entries(read.problems).map(([path, phrase]) => [path, say(phrase)] as const);
      return showProblems({ ...Object.fromEntries(named), "": say("manage.checkFields") });
    }
    setBusy(true);
    setProblems({});
    const refused = await save(read.input);
    setBusy(false);
    if (refused === null) showProblems({ "": say("failure.sentence") });
    else if (refused.length > 0) showProblems(messagesByField(refused, hasPlace));
  };

  const field = (
    key: "title" | "summary" | "description" | "startsAt" | "endsAt" | "timeZone" | "coverUrl",
  ) => ({
    value: draft[key],
    error: problems[key],
    onChange: (event: { target: { value: string } }) => change({ [key]: event.target.value }),
  });

  return (
    <form onSubmit={(event) => void send(event)} noValidate className="grid grid-cols-1 gap-6">
      {problems[""] && <Notice kind="bad">{problems[""]}</Notice>}
      <Section title={say("manage.basics")}>
        <TextField label={say("manage.eventTitle")} maxLength={200} required {...field("title")} />
        <TextField
          label={say("manage.summary")}
          optional={say("common.optional")}
          maxLength={300}
          hint={say("manage.summaryHint")}
          {...field("summary")}
        />
        <TextArea
          label={say("manage.description")}
          optional={say("common.optional")}
          rows={7}
          hint={say("manage.descriptionHint")}
          {...field("description")}
        />
        <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
          <SelectField
            label={say("manage.category")}
            value={draft.categoryId}
            error={problems.categoryId}
            onChange={(event) => change({ categoryId: event.target.value })}
          >
            <option value="">{say("manage.choose")}</option>
            {data?.categories.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label={say("manage.cover")}
            optional={say("common.optional")}
            type="url"
            placeholder="https://"
            hint={say("manage.coverHint")}
            {...field("coverUrl")}
          />
        </div>
      </Section>
      <Section title={say("manage.whenWhere")}>
        <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
          <TextField label={say("manage.starts")} type="datetime-local" {...field("startsAt")} />
          <TextField label={say("manage.ends")} type="datetime-local" {...field("endsAt")} />
          <TextField label={say("manage.zone")} list="zones" {...field("timeZone")} />
          <datalist id="zones">
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </div>
        <SelectField
          className="sm:max-w-xs"
          label={say("manage.format")}
          value={draft.format}
          error={problems.format}
          onChange={(event) => change({ format: event.target.value as EventFormat })}
        >
          <option value="IN_PERSON">{say("manage.inPerson")}</option>
          <option value="ONLINE">{say("manage.online")}</option>
          <option value="HYBRID">{say("manage.hybrid")}</option>
        </SelectField>
        {draft.format !== "ONLINE" && (
          <VenuePicker venue={draft.venue} error={problems.venueId} onChange={(venue) => change({ venue })} />
        )}
      </Section>
      <Section title={say("manage.ticketTypes")}>
        <TypeEditor draft={draft} problems={problems} locked={locked} onChange={setDraft} />
      </Section>
      <Section title={say("rules.limits")}>
        <LimitsEditor rules={draft.rules} problems={problems} currency={draft.currency} onChange={rule} />
      </Section>
      <Section title={say("rules.questions")}>
        <QuestionsEditor rules={draft.rules} problems={problems} onChange={rule} />
      </Section>
      <div className="flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
        <ButtonLink to={cancelTo}>{say("common.cancel")}</ButtonLink>
        <Button type="submit" look="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

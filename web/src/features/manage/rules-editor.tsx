import { Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CheckField, SelectField, TextArea, TextField } from "@/components/ui/field";
import type { QuestionKind, QuestionScope } from "@/gql/graphql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { type EventRules, newQuestion, type QuestionDraft } from "./event-rules";

interface Editor {
  rules: EventRules;
  problems: Record<string, string>;
  onChange: (part: Partial<EventRules>) => void;
}

type Text = "capacity" | "perPerson" | "refundHours" | "feeRate" | "feeAmount";

/** How many may come, and what who cancels gets back. */
export function LimitsEditor({ rules, problems, currency, onChange }: Editor & { currency: string }) {
  const { say } = useI18n();
  const field = (key: Text, path: string) => ({
    value: rules[key],
    error: problems[path],
    onChange: (event: { target: { value: string } }) => onChange({ [key]: event.target.value }),
  });
  return (
    <>
      <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
        <TextField
          label={say("rules.capacity")}
          optional={say("common.optional")}
          inputMode="numeric"
          hint={say("rules.capacityHint")}
          {...field("capacity", "capacity")}
        />
        <TextField
          label={say("rules.perPerson")}
          optional={say("common.optional")}
          inputMode="numeric"
          hint={say("rules.perPersonHint")}
          {...field("perPerson", "perPersonLimit")}
        />
      </div>
      <CheckField
        label={say("rules.refunds")}
        checked={rules.refunds}
        onChange={(event) => onChange({ refunds: event.target.checked })}
      />
      {problems.refundPolicy && <p className="text-sm text-bad">{problems.refundPolicy}</p>}
      {rules.refunds && (
        <div className="grid grid-cols-1 gap-5 sm:grid-cols-3">
          <TextField
            label={say("rules.hours")}
            inputMode="numeric"
            placeholder="0"
            hint={say("rules.hoursHint")}
            {...field("refundHours", "refundPolicy.refundableUntilHours")}
          />
          <TextField
            label={say("rules.feeRate")}
            inputMode="decimal"
            placeholder="0"
            {...field("feeRate", "refundPolicy.feeBasisPoints")}
          />
          <TextField
            label={say("rules.feeAmount", { currency })}
            inputMode="decimal"
            placeholder="0.00"
            {...field("feeAmount", "refundPolicy.feeAmount")}
          />
        </div>
      )}
      <CheckField
        label={say("rules.cancelWithout")}
        checked={rules.cancelWithout}
        onChange={(event) => onChange({ cancelWithout: event.target.checked })}
      />
      <p className="text-caption text-muted">{say("rules.refundHint")}</p>
    </>
  );
}

const kinds: Record<QuestionKind, Phrase> = {
  TEXT: "rules.text",
  CHOICE: "rules.choice",
  CHECKBOX: "rules.checkbox",
  NUMBER: "rules.number",
};
const scopes: Record<QuestionScope, Phrase> = { ORDER: "rules.perOrder", TICKET: "rules.perTicket" };

/** What the organiser asks of who books. */
export function QuestionsEditor({ rules, problems, onChange }: Editor) {
  const { say } = useI18n();
  const change = (at: number, part: Partial<QuestionDraft>) =>
    onChange({
      questions: rules.questions.map((question, each) => (each === at ? { ...question, ...part } : question)),
    });
  return (
    <>
      {rules.questions.length === 0 && <p className="text-muted">{say("rules.noQuestions")}</p>}
      {problems.questions && <p className="text-sm text-bad">{problems.questions}</p>}
      {rules.questions.map((question, at) => (
        <fieldset key={question.row} className="grid grid-cols-1 gap-4 rounded-card border p-4 sm:p-5">
          <legend className="sr-only">{say("rules.questionNumber", { number: at + 1 })}</legend>
          <div className="flex items-start gap-3">
            <TextField
              className="grow"
              label={say("rules.question")}
              maxLength={200}
              value={question.label}
              error={problems[`questions.${at}.label`]}
              onChange={(event) => change(at, { label: event.target.value })}
            />
            <Button
              look="quiet"
              className="mt-[1.7rem] text-muted"
              aria-label={say("rules.removeQuestion", { number: at + 1 })}
              onClick={() => onChange({ questions: rules.questions.filter((_, each) => each !== at) })}
            >
              <Trash2 aria-hidden className="size-4.5" />
            </Button>
          </div>
          <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
            <SelectField
              label={say("rules.answer")}
              value={question.kind}
              onChange={(event) => change(at, { kind: event.target.value as QuestionKind })}
            >
              {(Object.keys(kinds) as QuestionKind[]).map((kind) => (
                <option key={kind} value={kind}>
                  {say(kinds[kind])}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={say("rules.asked")}
              value={question.scope}
              onChange={(event) => change(at, { scope: event.target.value as QuestionScope })}
            >
              {(Object.keys(scopes) as QuestionScope[]).map((scope) => (
                <option key={scope} value={scope}>
                  {say(scopes[scope])}
                </option>
              ))}
            </SelectField>
          </div>
          {question.kind === "CHOICE" && (
            <TextArea
              label={say("rules.options")}
              rows={4}
              value={question.options}
              error={problems[`questions.${at}.options`]}
              onChange={(event) => change(at, { options: event.target.value })}
            />
          )}
          <CheckField
            label={say("rules.required")}
            checked={question.required}
            onChange={(event) => change(at, { required: event.target.checked })}
          />
        </fieldset>
      ))}
      <Button
        className="justify-self-start"
        disabled={rules.questions.length >= 20}
        onClick={() => onChange({ questions: [...rules.questions, newQuestion()] })}
      >
        <Plus aria-hidden className="size-4" />
        {say("rules.addQuestion")}
      </Button>
    </>
  );
}

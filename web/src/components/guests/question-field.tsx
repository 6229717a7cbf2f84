import { useId } from "react";
import { SelectField, TextField } from "@/components/ui/field";
import { useI18n } from "@/lib/i18n/i18n";
import type { Question } from "./guest-draft";

/** One question of the organiser's, by its kind. */
export function QuestionField({
  question: { label, kind, required, options, maxLength },
  value,
  error,
  onChange,
}: {
  question: Question;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { say } = useI18n();
  const id = useId();
  const optional = required ? undefined : say("common.optional");
  switch (kind) {
    case "CHECKBOX":
      return (
        <div>
          <label htmlFor={id} className="flex cursor-pointer items-start gap-3 py-1">
            <input
              id={id}
              type="checkbox"
              className="mt-0.5 size-5 shrink-0 accent-[var(--brand)]"
              checked={value === "true"}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? `${id}-note` : undefined}
              onChange={(event) => onChange(event.target.checked ? "true" : "")}
            />
            <span className="text-sm font-semibold">
              {label}
              {optional && <span className="font-normal text-muted"> {optional}</span>}
            </span>
          </label>
          {error && (
            <p id={`${id}-note`} className="text-caption text-bad">
              {error}
            </p>
          )}
        </div>
      );
    case "CHOICE":
      return (
        <SelectField
          label={label}
          optional={optional}
          error={error}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{say("guests.choose")}</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </SelectField>
      );
    default:
      return (
        <TextField
          label={label}
          optional={optional}
          error={error}
          autoComplete="off"
          inputMode={kind === "NUMBER" ? "decimal" : undefined}
          maxLength={kind === "NUMBER" ? 23 : maxLength}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

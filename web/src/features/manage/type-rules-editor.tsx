import { SelectField, TextField } from "@/components/ui/field";
import type { TicketKind, TicketVisibility } from "@/gql/graphql";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import type { TypeRules } from "./type-rules";

const kinds: Record<TicketKind, Phrase> = { ADMISSION: "rules.admission", ADD_ON: "rules.addOn" };
const visibilities: Record<TicketVisibility, Phrase> = {
  PUBLIC: "rules.public",
  HIDDEN: "rules.hidden",
  ACCESS_CODE: "rules.accessCode",
};

/** What a ticket type is, who sees it, how many one may have, and the tax in its price. */
export function TypeRulesEditor({
  rules,
  fixed,
  problem,
  onChange,
}: {
  rules: TypeRules;
  /** Whether it was published: then it stays what it is. */
  fixed: boolean;
  problem: (field: string) => string | undefined;
  onChange: (part: Partial<TypeRules>) => void;
}) {
  const { say } = useI18n();
  const field = (key: "perPerson" | "perAdmission" | "taxRate" | "taxName", path: string) => ({
    value: rules[key],
    error: problem(path),
    onChange: (event: { target: { value: string } }) => onChange({ [key]: event.target.value }),
  });
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <SelectField
        label={say("rules.kind")}
        value={rules.kind}
        disabled={fixed}
        error={problem("kind")}
        onChange={(event) => onChange({ kind: event.target.value as TicketKind })}
      >
        {(Object.keys(kinds) as TicketKind[]).map((kind) => (
          <option key={kind} value={kind}>
            {say(kinds[kind])}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={say("rules.visibility")}
        value={rules.visibility}
        error={problem("visibility")}
        onChange={(event) => onChange({ visibility: event.target.value as TicketVisibility })}
      >
        {(Object.keys(visibilities) as TicketVisibility[]).map((visibility) => (
          <option key={visibility} value={visibility}>
            {say(visibilities[visibility])}
          </option>
        ))}
      </SelectField>
      <TextField
        label={say("rules.typePerPerson")}
        inputMode="numeric"
        placeholder={say("rules.noLimit")}
        {...field("perPerson", "perPersonLimit")}
      />
      {rules.kind === "ADD_ON" && (
        <TextField
          label={say("rules.perAdmission")}
          inputMode="numeric"
          placeholder={say("rules.noLimit")}
          {...field("perAdmission", "maxPerAdmission")}
        />
      )}
      <TextField
        label={say("rules.taxRate")}
        inputMode="decimal"
        placeholder="0"
        hint={say("rules.taxHint")}
        {...field("taxRate", "taxRate")}
      />
      <TextField
        label={say("rules.taxName")}
        maxLength={40}
        placeholder="VAT"
        {...field("taxName", "taxName")}
      />
    </div>
  );
}

import { SelectField } from "@/components/ui/field";
import type { SeriesScope } from "@/gql/graphql";
import { useI18n } from "@/lib/i18n/i18n";

/** Which dates of a series a change is saved for: one alone, or those of a scope of the API. */
export type SaveScope = "ONE" | Extract<SeriesScope, "ALL" | "FOLLOWING">;

/** Asks which dates of a series a change is for. */
export function SaveScopeField({
  value,
  onChange,
}: {
  value: SaveScope;
  onChange: (scope: SaveScope) => void;
}) {
  const { say } = useI18n();
  return (
    <SelectField
      className="mb-6"
      label={say("series.scope")}
      hint={value === "ONE" ? undefined : say("series.scopeHint")}
      value={value}
      onChange={({ target }) => onChange(target.value as SaveScope)}
    >
      <option value="ONE">{say("series.scopeOne")}</option>
      <option value="FOLLOWING">{say("series.scopeFollowing")}</option>
      <option value="ALL">{say("series.scopeAll")}</option>
    </SelectField>
  );
}

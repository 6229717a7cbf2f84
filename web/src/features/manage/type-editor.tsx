import { Copy, Plus, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SelectField, TextField } from "@/components/ui/field";
import { toast } from "@/components/ui/toast";
import { useI18n } from "@/lib/i18n/i18n";
import { type EventDraft, newType, type TypeDraft } from "./event-draft";
import { TypeRulesEditor } from "./type-rules-editor";

const currencies = [
  "EUR",
  "GBP",
  "USD",
  "CHF",
  "SEK",
  "DKK",
  "NOK",
  "PLN",
  "CZK",
  "INR",
  "JPY",
  "BRL",
  "CAD",
  "AUD",
];

/** The kinds of ticket of the event that is edited. */
export function TypeEditor({
  draft,
  problems,
  locked,
  onChange,
}: {
  draft: EventDraft;
  problems: Record<string, string>;
  /** Published types keep their price and stay. */
  locked: boolean;
  onChange: (draft: EventDraft) => void;
}) {
  const { say } = useI18n();
  const change = (at: number, part: Partial<TypeDraft>) =>
    onChange({
      ...draft,
      ticketTypes: draft.ticketTypes.map((type, each) => (each === at ? { ...type, ...part } : type)),
    });
  const choices = currencies.includes(draft.currency) ? currencies : [draft.currency, ...currencies];

  return (
    <div className="grid grid-cols-1 gap-4">
      <SelectField
        className="max-w-40"
        label={say("manage.currency")}
        value={draft.currency}
        disabled={locked}
        onChange={(event) => onChange({ ...draft, currency: event.target.value })}
      >
        {choices.map((currency) => (
          <option key={currency}>{currency}</option>
        ))}
      </SelectField>
      {problems.ticketTypes && <p className="text-sm text-bad">{problems.ticketTypes}</p>}
      {draft.ticketTypes.map((type, at) => {
        const fixed = locked && type.id !== null;
        const field = (key: Exclude<keyof TypeDraft, "rules">, path: string = key) => ({
          value: type[key] ?? "",
          error: problems[`ticketTypes.${at}.${path}`],
          onChange: (event: { target: { value: string } }) => change(at, { [key]: event.target.value }),
        });
        return (
          <Card key={type.row} className="p-4 shadow-none sm:p-5">
            <fieldset className="grid grid-cols-1 gap-4">
              <legend className="sr-only">{say("manage.typeNumber", { number: at + 1 })}</legend>
              <div className="grid grid-cols-1 gap-4 sm:grid-cols-[1fr_8rem_8rem_auto]">
                <TextField label={say("manage.typeName")} {...field("name")} />
                <TextField
                  label={say("manage.price")}
                  inputMode="decimal"
                  placeholder="0.00"
                  disabled={fixed}
                  hint={type.price.trim() === "" ? say("manage.freeHint") : undefined}
                  {...field("price", "priceAmount")}
                />
                <TextField
                  label={say("manage.capacity")}
                  inputMode="numeric"
                  placeholder="100"
                  {...field("capacity")}
                />
                <Button
                  look="quiet"
                  aria-label={say("manage.removeType", { name: type.name || String(at + 1) })}
                  className="justify-self-end text-muted sm:mt-[1.7rem]"
                  disabled={fixed}
                  onClick={() =>
                    onChange({ ...draft, ticketTypes: draft.ticketTypes.filter((_, each) => each !== at) })
                  }
                >
                  <Trash2 aria-hidden className="size-4.5" />
                </Button>
              </div>
              <details
                open={
                  Object.keys(problems).some((path) => path.startsWith(`ticketTypes.${at}.`)) || undefined
                }
              >
                <summary className="text-sm font-semibold text-brand">{say("manage.moreOptions")}</summary>
                <div className="mt-4 grid gap-4">
                  <TextField label={say("manage.typeDescription")} {...field("description")} />
                  <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
                    <TextField
                      label={say("manage.salesStart")}
                      type="datetime-local"
                      {...field("salesStart")}
                    />
                    <TextField label={say("manage.salesEnd")} type="datetime-local" {...field("salesEnd")} />
                    <TextField
                      label={say("manage.minPerOrder")}
                      inputMode="numeric"
                      {...field("minPerOrder")}
                    />
                    <TextField
                      label={say("manage.maxPerOrder")}
                      inputMode="numeric"
                      {...field("maxPerOrder")}
                    />
                  </div>
                  <TypeRulesEditor
                    rules={type.rules}
                    fixed={fixed}
                    problem={(name) => problems[`ticketTypes.${at}.${name}`]}
                    onChange={(part) => change(at, { rules: { ...type.rules, ...part } })}
                  />
                  {draft.slug && type.id && type.rules.visibility === "HIDDEN" && (
                    <Button
                      size="small"
                      className="justify-self-start"
                      onClick={() =>
                        void navigator.clipboard
                          .writeText(`${window.location.origin}/events/${draft.slug}?ticket=${type.id}`)
                          .then(
                            () => toast(say("event.linkCopied")),
                            () => toast(say("failure.sentence")),
                          )
                      }
                    >
                      <Copy aria-hidden className="size-4" />
                      {say("rules.copyLink", { name: type.name })}
                    </Button>
                  )}
                </div>
              </details>
            </fieldset>
          </Card>
        );
      })}
      <Button
        className="justify-self-start"
        disabled={draft.ticketTypes.length >= 20}
        onClick={() => onChange({ ...draft, ticketTypes: [...draft.ticketTypes, newType()] })}
      >
        <Plus aria-hidden className="size-4" />
        {say("manage.addType")}
      </Button>
    </div>
  );
}

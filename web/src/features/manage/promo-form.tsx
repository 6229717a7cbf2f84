import { type FormEvent, useRef, useState } from "react";
import { useMutation } from "urql";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SelectField, TextField } from "@/components/ui/field";
import { Notice } from "@/components/ui/notice";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import type { EventOfCodesQuery, PromoCodesQuery, PromoKind } from "@/gql/graphql";
import { messagesByField } from "@/lib/graphql/errors";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { newPromo, type PromoDraft, promoDraftOf, readPromo } from "./promo-draft";

export type EventOfCodes = NonNullable<EventOfCodesQuery["event"]>;
export type Code = NonNullable<PromoCodesQuery["event"]>["promoCodes"]["nodes"][number];

const createMutation = graphql(`
  mutation CreatePromoCode($input: CreatePromoCodeInput!) {
    createPromoCode(input: $input) {
      promoCode {
        id
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

const updateMutation = graphql(`
  mutation UpdatePromoCode($input: UpdatePromoCodeInput!) {
    updatePromoCode(input: $input) {
      promoCode {
        id
        active
        maxUses
        perPerson
        validFrom
        validUntil
        ticketTypeIds
        used
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

const kinds: Record<PromoKind, Phrase> = {
  PERCENTAGE: "codes.percentage",
  AMOUNT: "codes.amount",
  ACCESS: "codes.access",
};
const fields = ["code", "kind", "value", "maxUses", "perPerson", "validFrom", "validUntil"];

/** Makes a code, or changes one: what it takes off and how it is written stay as they were. */
export function PromoForm({
  event,
  code,
  onClose,
  onDone,
}: {
  event: EventOfCodes;
  /** The code to change; null makes one. */
  code: Code | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const { say } = useI18n();
  const currency = event.ticketTypes[0]?.price.currency ?? "EUR";
  const [draft, setDraft] = useState<PromoDraft>(() =>
    code ? promoDraftOf(code, event.timeZone, currency) : newPromo(),
  );
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [{ fetching: creating }, create] = useMutation(createMutation);
  const [{ fetching: updating }, update] = useMutation(updateMutation);
  const key = useRef({ of: "", key: "" });
  const change = (part: Partial<PromoDraft>) => setDraft({ ...draft, ...part });
  const field = (name: "code" | "value" | "maxUses" | "perPerson" | "validFrom" | "validUntil") => ({
    value: draft[name],
    error: problems[name],
    onChange: (typed: { target: { value: string } }) => change({ [name]: typed.target.value }),
  });
  const types = event.ticketTypes.filter(
    ({ visibility }) => draft.kind !== "ACCESS" || visibility === "ACCESS_CODE",
  );

  const send = async (submit: FormEvent) => {
    submit.preventDefault();
    const read = readPromo(draft, event.timeZone, currency);
    if ("problems" in read)
      return setProblems(
        Object.fromEntries(Object.entries(read.problems).map(([at, phrase]) => [at, say(phrase)])),
      );
    setProblems({});
    // One wish, one key: pressing twice makes one code.
    const wish = JSON.stringify([read.input, draft.active]);
    if (key.current.of !== wish)
      key.current = { of: wish, key: `code-${crypto.randomUUID?.() ?? `${event.id}-${Date.now()}`}` };
    const idempotencyKey = key.current.key;
    const { code: name, kind, value, ...limits } = read.input;
    const refused = code
      ? (await update({ input: { id: code.id, active: draft.active, ...limits, idempotencyKey } })).data
          ?.updatePromoCode.userErrors
      : (await create({ input: { eventId: event.id, code: name, kind, value, ...limits, idempotencyKey } }))
          .data?.createPromoCode.userErrors;
    if (!refused) return setProblems({ "": say("failure.sentence") });
    if (refused.length > 0) {
      key.current = { of: "", key: "" };
      return setProblems(messagesByField(refused, (path) => fields.includes(path)));
    }
    toast(say(code ? "codes.changed" : "codes.made", { code: name }));
    onDone();
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={code ? say("codes.edit", { code: code.code }) : say("codes.new")}
    >
      <form onSubmit={(submit) => void send(submit)} noValidate className="mt-4 grid grid-cols-1 gap-4">
        {problems[""] && <Notice kind="bad">{problems[""]}</Notice>}
        {!code && (
          <>
            <TextField
              label={say("codes.code")}
              autoCapitalize="characters"
              autoComplete="off"
              spellCheck={false}
              maxLength={40}
              hint={say("codes.codeHint")}
              {...field("code")}
            />
            <div className="grid grid-cols-2 gap-4">
              <SelectField
                label={say("codes.kind")}
                value={draft.kind}
                onChange={(typed) => change({ kind: typed.target.value as PromoKind, types: [] })}
              >
                {(Object.keys(kinds) as PromoKind[]).map((each) => (
                  <option key={each} value={each}>
                    {say(kinds[each])}
                  </option>
                ))}
              </SelectField>
              {draft.kind !== "ACCESS" && (
                <TextField
                  label={
                    draft.kind === "PERCENTAGE" ? say("codes.percent") : say("codes.amountIn", { currency })
                  }
                  inputMode="decimal"
                  {...field("value")}
                />
              )}
            </div>
          </>
        )}
        <fieldset>
          <legend className="mb-1.5 text-sm font-semibold">{say("codes.forTypes")}</legend>
          {types.length === 0 && <p className="text-sm text-muted">{say("codes.noAccessTypes")}</p>}
          <div className="grid gap-1">
            {types.map(({ id, name }) => (
              <label key={id} className="flex min-h-9 items-center gap-2.5">
                <input
                  type="checkbox"
                  className="size-4 accent-[var(--brand)]"
                  checked={draft.types.includes(id)}
                  onChange={(typed) =>
                    change({
                      types: typed.target.checked
                        ? [...draft.types, id]
                        : draft.types.filter((each) => each !== id),
                    })
                  }
                />
                {name}
              </label>
            ))}
          </div>
          <p className="mt-1 text-caption text-muted">{say("codes.forTypesHint")}</p>
        </fieldset>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={say("codes.maxUses")}
            inputMode="numeric"
            placeholder={say("codes.unlimited")}
            hint={code ? say("codes.usedSoFar", { count: code.used }) : undefined}
            {...field("maxUses")}
          />
          <TextField
            label={say("codes.perPerson")}
            inputMode="numeric"
            placeholder={say("codes.unlimited")}
            {...field("perPerson")}
          />
          <TextField label={say("codes.from")} type="datetime-local" {...field("validFrom")} />
          <TextField label={say("codes.until")} type="datetime-local" {...field("validUntil")} />
        </div>
        {code && (
          <label className="flex min-h-11 items-center gap-2.5 font-semibold">
            <input
              type="checkbox"
              className="size-4 accent-[var(--brand)]"
              checked={draft.active}
              onChange={(typed) => change({ active: typed.target.checked })}
            />
            {say("codes.active")}
          </label>
        )}
        <div className="mt-2 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{say("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={creating || updating}>
            {say(code ? "manage.saveChanges" : "codes.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

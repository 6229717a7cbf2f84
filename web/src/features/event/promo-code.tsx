import { Tag, X } from "lucide-react";
import { type FormEvent, useId, useRef, useState } from "react";
import { useClient } from "urql";
import { Button, IconButton } from "@/components/ui/button";
import { useI18n } from "@/lib/i18n/i18n";
import { codeEntered, codeRemoved } from "@/lib/store/checkout";
import { useAppDispatch } from "@/lib/store/store";
import { offerQuery } from "./sale-type";
import type { Offers } from "./use-offers";

const most = 2;

/** Takes promo and access codes, says what each does, and lets it go again. `open` and `onOpen` rule whether the field shows. */
export function PromoCode({
  eventId,
  offers: { codes, offers, dead },
  open,
  onOpen,
}: {
  eventId: string;
  offers: Offers;
  open: boolean;
  onOpen: () => void;
}) {
  const { say } = useI18n();
  const dispatch = useAppDispatch();
  const client = useClient();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  const apply = async (event: FormEvent) => {
    event.preventDefault();
    const code = typed.trim();
    if (code === "" || busy) return;
    setBusy(true);
    const answer = await client
      .query(offerQuery, { eventId, code, also: [] }, { requestPolicy: "network-only" })
      .toPromise();
    setBusy(false);
    const offer = answer.data?.promoOffer;
    if (!offer) {
      setProblem(say(answer.error ? "failure.sentence" : "sale.codeUnknown"));
      input.current?.select();
      return;
    }
    // One discount at the most: the newer one takes the older one's place.
    const other = offers.find(({ kind }) => kind !== "ACCESS");
    if (other && offer.kind !== "ACCESS" && other.code !== offer.code)
      dispatch(codeRemoved(eventId, other.code));
    for (const each of dead) dispatch(codeRemoved(eventId, each));
    dispatch(codeEntered(eventId, offer.code));
    setProblem("");
    setTyped("");
  };

  const discounts = offers.some(({ kind }) => kind !== "ACCESS");
  const full = codes.length - dead.length >= most && !discounts;
  return (
    <div className="border-t px-5 py-3">
      {codes.length > 0 && (
        <ul aria-label={say("sale.codes")} className="mb-1 grid gap-1">
          {codes.map((code) => {
            const offer = offers.find((each) => each.code === code);
            const gone = dead.includes(code);
            return (
              <li key={code} className="flex items-center gap-2 text-sm">
                <Tag aria-hidden className={`size-4 shrink-0 ${gone ? "text-bad" : "text-ok"}`} />
                <span className="min-w-0 grow">
                  <span className="font-mono font-semibold">{code}</span>{" "}
                  <span className="text-muted">
                    {gone && say("sale.codeGone")}
                    {offer && say(offer.kind === "ACCESS" ? "sale.codeUnlocks" : "sale.codeLowers")}
                  </span>
                </span>
                <IconButton
                  label={say("sale.removeCode", { code })}
                  onClick={() => dispatch(codeRemoved(eventId, code))}
                >
                  <X aria-hidden className="size-4" />
                </IconButton>
              </li>
            );
          })}
        </ul>
      )}
      {!open && (
        <Button look="quiet" size="small" className="-ml-3 text-brand" onClick={onOpen}>
          <Tag aria-hidden className="size-4" />
          {say(codes.length > 0 ? "sale.anotherCode" : "sale.haveCode")}
        </Button>
      )}
      {open && !full && (
        <form onSubmit={(event) => void apply(event)} className="py-1">
          <label htmlFor={id} className="mb-1.5 block text-sm font-semibold">
            {say("sale.code")}
          </label>
          <div className="flex gap-2">
            <input
              ref={input}
              id={id}
              // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked for it
              autoFocus={codes.length === 0}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={40}
              value={typed}
              aria-invalid={problem !== "" || undefined}
              aria-describedby={problem ? `${id}-problem` : undefined}
              onChange={(event) => {
                setTyped(event.target.value);
                setProblem("");
              }}
              className="h-11 w-full min-w-0 rounded-control border border-line-strong bg-surface px-3.5 uppercase aria-invalid:border-bad"
            />
            <Button type="submit" busy={busy}>
              {say("sale.applyCode")}
            </Button>
          </div>
          <p id={`${id}-problem`} role="alert" className="mt-1.5 text-caption text-bad empty:hidden">
            {problem}
          </p>
        </form>
      )}
    </div>
  );
}

import { useQuery } from "urql";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import { type CardDraft, groupDigits, sandboxDraft } from "./card";

const sandboxQuery = graphql(`
  query SandboxCards {
    sandboxCards {
      number
      behaviour
    }
  }
`);

/** How many cards are shown at once: those that most people want to see. */
const few = 3;

/** The cards to try the sandbox with. */
export function SandboxCards({ onChoose }: { onChoose: (draft: CardDraft) => void }) {
  const { say } = useI18n();
  const [{ data }] = useQuery({ query: sandboxQuery });
  if (!data || data.sandboxCards.length === 0) return null;
  const list = (cards: typeof data.sandboxCards) => (
    <ul className="grid grid-cols-1 gap-1">
      {cards.map(({ number, behaviour }) => (
        <li key={number}>
          <button
            type="button"
            onClick={() => onChoose(sandboxDraft(number, new Date()))}
            className="flex w-full flex-wrap items-baseline gap-x-4 rounded-md px-2 py-1.5 text-left text-sm hover:bg-sunken"
          >
            <span className="shrink-0 font-mono">{groupDigits(number)}</span>
            <span className="min-w-0 text-muted sm:flex-1">{behaviour}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <section
      aria-labelledby="sandbox-cards"
      className="rounded-control border border-dashed border-line-strong p-2"
    >
      <h3 id="sandbox-cards" className="px-2 pt-1 text-sm font-semibold">
        {say("checkout.sandboxTitle")}
      </h3>
      <p className="mb-1 px-2 text-caption text-muted">{say("checkout.sandboxText")}</p>
      {list(data.sandboxCards.slice(0, few))}
      {data.sandboxCards.length > few && (
        <details>
          <summary className="rounded-md px-2 py-1.5 text-sm font-semibold text-brand hover:bg-sunken">
            {say("pay.moreCards")}
          </summary>
          {list(data.sandboxCards.slice(few))}
        </details>
      )}
    </section>
  );
}

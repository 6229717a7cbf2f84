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

/** The cards to try the sandbox with; nothing where a real provider takes real money. */
export function SandboxCards({ onChoose }: { onChoose: (draft: CardDraft) => void }) {
  const { say } = useI18n();
  const [{ data }] = useQuery({ query: sandboxQuery });
  if (!data || data.sandboxCards.length === 0) return null;
  return (
    <details className="group rounded-control border border-dashed border-line-strong" open>
      <summary className="flex items-center justify-between px-4 py-3 text-sm font-semibold">
        {say("checkout.sandboxTitle")}
      </summary>
      <p className="px-4 text-caption text-muted">{say("checkout.sandboxText")}</p>
      <ul className="grid grid-cols-1 gap-1 p-2">
        {data.sandboxCards.map(({ number, behaviour }) => (
          <li key={number}>
            <button
              type="button"
              onClick={() => onChoose(sandboxDraft(number, new Date()))}
              className="flex w-full flex-wrap items-baseline justify-between gap-x-4 rounded-md px-2 py-2 text-left text-sm hover:bg-sunken"
            >
              <span className="font-mono">{groupDigits(number)}</span>
              <span className="text-muted">{behaviour}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

import { Search, X } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { useDebounced } from "@/lib/hooks/debounced";
import { useI18n } from "@/lib/i18n/i18n";
import { Posters } from "./posters";

/** The stage at the top of the home page, with the search in its light. */
export function Hero({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const { say } = useI18n();
  const [text, setText] = useState(search);
  const settled = useDebounced(text, 300);

  // The address may change from elsewhere: back, a cleared filter.
  useEffect(() => setText(search), [search]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed starts a search
  useEffect(() => {
    if (settled.trim() !== search) onSearch(settled);
  }, [settled]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(text);
  };

  return (
    <section className="relative isolate overflow-hidden bg-stage text-white">
      <div
        aria-hidden="true"
        className="absolute inset-0 -z-10 bg-[radial-gradient(60%_90%_at_18%_-10%,var(--stage-glow),transparent_70%),radial-gradient(45%_70%_at_88%_-20%,rgb(255_185_56/0.22),transparent_70%)]"
      />
      <div aria-hidden="true" className="bulbs absolute inset-x-0 top-0 animate-twinkle" />
      <Posters />
      <div className="page pt-10 pb-9 sm:pt-16 sm:pb-14">
        <h1 className="max-w-2xl font-display text-hero font-extrabold tracking-[-0.025em]">
          {say("browse.heroTitle")}
        </h1>
        <p className="mt-3 max-w-xl text-lg text-white/75">{say("browse.heroLead")}</p>
        {/* biome-ignore lint/a11y/useSemanticElements: the element search is not known to all readers yet */}
        <form role="search" onSubmit={submit} className="relative mt-7 max-w-2xl">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-[#625a6d]"
          />
          <input
            type="search"
            aria-label={say("browse.search")}
            placeholder={say("browse.searchPlaceholder")}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-14 w-full rounded-2xl bg-white pr-12 pl-12 text-base text-[#1b1520] shadow-lift placeholder:text-[#6d6577] focus-visible:outline-3 focus-visible:outline-bulb [&::-webkit-search-cancel-button]:hidden"
          />
          {text && (
            <button
              type="button"
              aria-label={say("browse.clearSearch")}
              onClick={() => {
                setText("");
                onSearch("");
              }}
              className="absolute top-1/2 right-3 grid size-9 -translate-y-1/2 place-items-center rounded-full text-[#625a6d] hover:bg-black/5"
            >
              <X aria-hidden className="size-5" />
            </button>
          )}
        </form>
      </div>
      <div aria-hidden="true" className="bulbs absolute inset-x-0 bottom-0 animate-twinkle" />
    </section>
  );
}

import { type Example, examples } from "./examples";

const key = "graphiql:tabState";

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The tab that was open last, of the text the editor keeps; null when that is not the tabs it writes. */
function keptTab(kept: string | null): Required<Example> | null {
  try {
    const { tabs, activeTabIndex } = JSON.parse(kept ?? "null");
    const tab = tabs[Math.min(Math.max(activeTabIndex, 0), tabs.length - 1)];
    return { query: textOf(tab.query), variables: textOf(tab.variables) };
  } catch {
    return null;
  }
}

/**
 * What the editors hold when the explorer opens: the tab left open, else the first example. GraphiQL by itself fills
 * in the first tab's query only, without its variables, and nothing at all when another tab was left open.
 */
export function openTab(kept: string | null): Required<Example> {
  const [first] = examples;
  return keptTab(kept) ?? { query: first?.query ?? "", variables: first?.variables ?? "" };
}

/** The tabs this browser keeps; null without storage. */
export function keptTabs(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

import { type AnyVariables, type CombinedError, createRequest, type TypedDocumentNode } from "@urql/core";
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { pipe, subscribe } from "wonka";
import { allNodes, answerPage, type Connection, firstPage, nextPage, type Page } from "./pages";

type Cursor = { first: number; after?: string | null };

/** A list that grows page by page. */
export interface Paged<Node> {
  nodes: Node[];
  /** Whether the first page has been answered. */
  ready: boolean;
  /** Whether an answer is awaited. */
  busy: boolean;
  hasMore: boolean;
  error: CombinedError | undefined;
  more: () => void;
  again: () => void;
}

interface State<Node> {
  question: string;
  pages: Page<Node>[];
  fetching: ReadonlySet<string>;
  error: CombinedError | undefined;
}

/**
 * Asks for a connection page by page. Every page that is shown stays a live query: whatever changes the cache or
 * makes queries be asked again reaches all of them. `variables` may be a new object every time, only its content
 * counts; another content begins at the first page.
 */
export function usePages<Data, Variables extends AnyVariables & Cursor, Node extends { id: string }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, keyof Cursor>,
  first: number,
  select: (data: Data) => Connection<Node> | null | undefined,
): Paged<Node> {
  const client = useClient();
  const question = JSON.stringify(variables);
  const begin = (): State<Node> => ({
    question,
    pages: firstPage(),
    fetching: new Set(["null"]),
    error: undefined,
  });
  const [state, setState] = useState(begin);
  const [round, setRound] = useState(0);
  const current = state.question === question ? state : begin();
  if (current !== state) setState(current);

  const latest = useRef(select);
  latest.current = select;
  const running = useRef(new Map<string, () => void>());

  // biome-ignore lint/correctness/useExhaustiveDependencies: another question, client or round ends what runs
  useEffect(() => {
    const queries = running.current;
    return () => {
      for (const stop of queries.values()) stop();
      queries.clear();
    };
  }, [client, question, round]);

  const cursors = current.pages.map(({ after }) => String(after)).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question stands for the variables
  useEffect(() => {
    const wanted = new Map(current.pages.map(({ after }) => [String(after), after]));
    for (const [key, stop] of running.current) {
      if (wanted.has(key)) continue;
      stop();
      running.current.delete(key);
    }
    for (const [key, after] of wanted) {
      if (running.current.has(key)) continue;
      const request = createRequest(query, { ...variables, first, after } as unknown as Variables);
      const policy = round > 0 ? "network-only" : "cache-and-network";
      const { unsubscribe } = pipe(
        client.executeQuery<Data, Variables>(request, { requestPolicy: policy }),
        subscribe(({ data, error, stale }) => {
          setState((before) => {
            if (before.question !== question) return before;
            const fetching = new Set(before.fetching);
            if (stale) fetching.add(key);
            else fetching.delete(key);
            const at = before.pages.findIndex((page) => String(page.after) === key);
            const connection = data ? latest.current(data) : null;
            const pages = at >= 0 && connection ? answerPage(before.pages, at, connection) : before.pages;
            return { ...before, pages, fetching, error };
          });
        }),
      );
      running.current.set(key, unsubscribe);
    }
  }, [client, question, cursors, first, round]);

  const { pages, fetching, error } = current;
  const last = pages.at(-1);
  return {
    nodes: allNodes(pages),
    ready: pages[0]?.connection != null,
    busy: fetching.size > 0 || last?.connection == null,
    hasMore: last?.connection == null ? pages.length > 1 : last.connection.pageInfo.hasNextPage,
    error,
    more: () => setState((before) => ({ ...before, pages: nextPage(before.pages) })),
    again: () => {
      setState(begin());
      setRound((count) => count + 1);
    },
  };
}

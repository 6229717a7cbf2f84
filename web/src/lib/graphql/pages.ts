/** One page of a Relay connection, as far as paging needs it. */
export interface Connection<Node> {
  nodes: readonly Node[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

/** What is known of one page: the cursor it begins after, and its answer once there is one. */
export interface Page<Node> {
  after: string | null;
  connection: Connection<Node> | null;
}

/** The first page of a list, not yet answered. */
export function firstPage<Node>(): Page<Node>[] {
  return [{ after: null, connection: null }];
}

/**
 * Puts an answer in its page. When the page now ends elsewhere (something was added or removed before it), the
 * page after it begins there too: no element is skipped or left standing from before. Until that page is answered
 * anew, its old elements stay.
 */
export function answerPage<Node>(
  pages: Page<Node>[],
  at: number,
  connection: Connection<Node>,
): Page<Node>[] {
  const next = pages.map((page, index) => (index === at ? { ...page, connection } : page));
  if (!connection.pageInfo.hasNextPage) return next.slice(0, at + 1);
  const following = next[at + 1];
  const end = connection.pageInfo.endCursor ?? null;
  if (following && following.after !== end) next[at + 1] = { ...following, after: end };
  return next;
}

/** Begins the page after the last one, if the last one is answered and says that there is one. */
export function nextPage<Node>(pages: Page<Node>[]): Page<Node>[] {
  const end = pages.at(-1)?.connection?.pageInfo;
  if (!end?.hasNextPage) return pages;
  return [...pages, { after: end.endCursor ?? null, connection: null }];
}

/** All elements of all pages in order, each once. */
export function allNodes<Node extends { id: string }>(pages: readonly Page<Node>[]): Node[] {
  const seen = new Map<string, Node>();
  for (const { connection } of pages) {
    for (const node of connection?.nodes ?? []) if (!seen.has(node.id)) seen.set(node.id, node);
  }
  return [...seen.values()];
}

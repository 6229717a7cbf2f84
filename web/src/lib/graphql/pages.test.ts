import { describe, expect, it } from "vitest";
import { allNodes, answerPage, type Connection, firstPage, nextPage, type Page } from "./pages";

type Node = { id: string };

function connection(ids: string, more = true): Connection<Node> {
  const nodes = [...ids].map((id) => ({ id }));
  return { nodes, pageInfo: { hasNextPage: more, endCursor: more ? `after-${ids.at(-1)}` : null } };
}

function ids(pages: Page<Node>[]): string {
  return allNodes(pages)
    .map(({ id }) => id)
    .join("");
}

describe("paging", () => {
  it("goes on where the last page ended, and stops at the end", () => {
    let pages = answerPage(firstPage<Node>(), 0, connection("abc"));
    pages = nextPage(pages);
    expect(pages.map(({ after }) => after)).toEqual([null, "after-c"]);
    expect(nextPage(pages)).toBe(pages);
    pages = answerPage(pages, 1, connection("de", false));
    expect(ids(pages)).toBe("abcde");
    expect(nextPage(pages)).toBe(pages);
  });

  it("moves the next page along when something new pushes an element over", () => {
    let pages = nextPage(answerPage(firstPage<Node>(), 0, connection("abc")));
    pages = answerPage(pages, 1, connection("de", false));
    pages = answerPage(pages, 0, connection("xab"));
    expect(pages[1]?.after).toBe("after-b");
    expect(ids(pages)).toBe("xabde");
    pages = answerPage(pages, 1, connection("cde", false));
    expect(ids(pages)).toBe("xabcde");
  });

  it("drops pages that are no more", () => {
    let pages = nextPage(answerPage(firstPage<Node>(), 0, connection("abc")));
    pages = answerPage(pages, 1, connection("d", false));
    pages = answerPage(pages, 0, connection("ab", false));
    expect(ids(pages)).toBe("ab");
  });
});

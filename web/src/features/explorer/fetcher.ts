import type { Fetcher } from "@graphiql/toolkit";
import { getOperationAST, parse } from "graphql";
import type { Client } from "graphql-ws";
import { accessToken } from "@/lib/graphql/client";

function isSubscription(query: string, operationName: string | null | undefined): boolean {
  try {
    return getOperationAST(parse(query), operationName ?? undefined)?.operation === "subscription";
  } catch {
    return false;
  }
}

/**
 * Sends what the explorer asks: subscriptions over the app's WebSocket, the rest by POST. The session's token is
 * used by itself, and is renewed when it is old; an Authorization header typed in the explorer goes before it.
 */
export function makeFetcher(socket: Client): Fetcher {
  return ({ query, variables, operationName }, options) => {
    const payload = { query, variables: variables as Record<string, unknown> | undefined, operationName };
    if (isSubscription(query, operationName)) return socket.iterate(payload) as AsyncGenerator<never>;
    return (async () => {
      const typed = (options?.headers ?? {}) as Record<string, string>;
      const hasOwn = Object.keys(typed).some((name) => name.toLowerCase() === "authorization");
      const token = hasOwn ? null : await accessToken();
      const response = await fetch("/graphql", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json",
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...typed,
        },
        body: JSON.stringify(payload),
      });
      return response.json();
    })();
  };
}

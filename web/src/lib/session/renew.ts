import { serverNow } from "../clock";
import { accessTokenLives, canRenew, fromServer, type ServerSession, type Session } from "./session";

/** How long before its end an access token counts as used up, in milliseconds. */
export const margin = 30_000;

/** The outcome of asking the server for a new session. */
export type Renewal = { kind: "renewed"; session: Session } | { kind: "ended" } | { kind: "unreachable" };

/** What renewing needs from its surroundings; the tests bring their own. */
export interface RenewalPorts {
  read(): Session | null;
  write(session: Session | null): void;
  exchange(refreshToken: string): Promise<Renewal>;
  /** Runs the task while no other tab runs one. */
  exclusively<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * A session whose access token lives, renewed if need be; null when there is none any more. `refused` is a token
 * that the server has just turned down: it is renewed even if it looks alive.
 *
 * A refresh token works once, and using it twice ends the session: so one tab renews at a time, and each looks
 * first whether another has done it while it waited.
 */
export async function liveSession(ports: RenewalPorts, refused?: string): Promise<Session | null> {
  const usable = (session: Session) =>
    session.accessToken !== refused && accessTokenLives(session, serverNow(), margin);

  const before = ports.read();
  if (before === null || usable(before)) return before;
  return ports.exclusively(async () => {
    const current = ports.read();
    if (current === null || usable(current)) return current;
    if (!canRenew(current, serverNow())) {
      ports.write(null);
      return null;
    }
    const renewal = await ports.exchange(current.refreshToken);
    switch (renewal.kind) {
      case "renewed":
        ports.write(renewal.session);
        return renewal.session;
      case "ended":
        ports.write(null);
        return null;
      case "unreachable":
        // Nobody said that the session is over: keep it, the caller's request fails by itself.
        return current;
    }
  });
}

const mutation = /* GraphQL */ `
  mutation RefreshSession($input: RefreshSessionInput!) {
    refreshSession(input: $input) {
      session {
        accessToken
        accessTokenExpiresAt
        refreshToken
        refreshTokenExpiresAt
        user { id name email roles }
      }
      userErrors { code }
    }
  }
`;

interface RefreshAnswer {
  data?: { refreshSession?: { session: ServerSession | null; userErrors: { code: string }[] } | null } | null;
}

/** Asks the server. Plain fetch: the GraphQL client waits for this very answer. */
export async function exchangeRefreshToken(refreshToken: string): Promise<Renewal> {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json",
      },
      body: JSON.stringify({
        query: mutation,
        operationName: "RefreshSession",
        variables: { input: { refreshToken } },
      }),
    });
    const answer = (await response.json()) as RefreshAnswer;
    const payload = answer.data?.refreshSession;
    if (!payload) return { kind: "unreachable" };
    if (payload.session) return { kind: "renewed", session: fromServer(payload.session) };
    return payload.userErrors.length > 0 ? { kind: "ended" } : { kind: "unreachable" };
  } catch {
    return { kind: "unreachable" };
  }
}

let queue: Promise<unknown> = Promise.resolve();

/** Across tabs by the Web Locks API; where a page may not use it (plain http to another host), within the tab. */
export function exclusively<T>(task: () => Promise<T>): Promise<T> {
  if (typeof navigator !== "undefined" && "locks" in navigator) {
    return navigator.locks.request("marquee.session", task) as Promise<T>;
  }
  const turn = queue.then(task, task);
  queue = turn.catch(() => undefined);
  return turn;
}

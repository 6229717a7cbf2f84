import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";
import { observeServerDate, serverNow } from "../clock";
import { exchangeRefreshToken, exclusively, liveSession, margin, type RenewalPorts } from "../session/renew";
import { accessTokenLives, type Session } from "../session/session";
import { readSession } from "../session/storage";
import { keepSession } from "../store/store";
import { cache } from "./cache";
import { hasCode } from "./errors";
import { refetchExchange } from "./refetch";
import { openSocket, type Socket } from "./socket";

const ports: RenewalPorts = {
  read: readSession,
  write: keepSession,
  exchange: exchangeRefreshToken,
  exclusively,
};

/** An access token that works now; null without a login. */
export async function accessToken(refused?: string): Promise<string | null> {
  return (await liveSession(ports, refused))?.accessToken ?? null;
}

/** Renews the session although its token still lives: its roles have changed. */
export async function renewSession(): Promise<Session | null> {
  return liveSession(ports, readSession()?.accessToken);
}

async function timedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const askedAt = Date.now();
  const response = await fetch(input, init);
  observeServerDate(response.headers.get("date"), askedAt, Date.now());
  return response;
}

const authentication = authExchange(async (utilities) => ({
  addAuthToOperation(operation) {
    const session = readSession();
    if (session === null) return operation;
    return utilities.appendHeaders(operation, { Authorization: `Bearer ${session.accessToken}` });
  },
  willAuthError() {
    const session = readSession();
    return session !== null && !accessTokenLives(session, serverNow(), margin);
  },
  didAuthError(error, operation) {
    return hasCode(error, "UNAUTHENTICATED") && operation.kind !== "subscription" && readSession() !== null;
  },
  async refreshAuth() {
    const session = readSession();
    if (session === null) return;
    // Asked for because the token is old, or because the server refused one that looks alive.
    const refused = accessTokenLives(session, serverNow(), margin) ? session.accessToken : undefined;
    await liveSession(ports, refused);
  },
}));

/** The GraphQL client of one session and its live connection. */
export interface Connection {
  client: Client;
  socket: Socket;
  dispose(): void;
}

/** A client with an empty cache: one person's answers are not shown to the next. */
export function connect(): Connection {
  const socket = openSocket(accessToken);
  const onMissed = (listener: () => void) => {
    const off = socket.onReconnected(listener);
    window.addEventListener("online", listener);
    return () => {
      off();
      window.removeEventListener("online", listener);
    };
  };
  const client = new Client({
    url: "/graphql",
    fetch: timedFetch,
    preferGetMethod: false,
    exchanges: [
      refetchExchange(onMissed),
      cache(),
      authentication,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => {
            const { query = "", variables, operationName } = operation;
            const payload = { query, variables: variables as Record<string, unknown>, operationName };
            return {
              unsubscribe: socket.client.subscribe(payload, {
                next: ({ data, errors }) => sink.next({ data: data ?? null, errors: errors?.slice() }),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              }),
            };
          },
        }),
      }),
    ],
  });
  return { client, socket, dispose: () => void socket.client.dispose() };
}

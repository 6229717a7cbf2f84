import { type Client, createClient } from "graphql-ws";
import { reconnectDelay } from "./backoff";

export type ConnectionState = "idle" | "connected" | "lost";

/** The live connection: one WebSocket for all subscriptions of a session. */
export interface Socket {
  client: Client;
  state(): ConnectionState;
  /** Calls back whenever the state changes. */
  onState(listener: () => void): () => void;
  /** Calls back when the connection stands again after it was lost: what happened meanwhile was missed. */
  onReconnected(listener: () => void): () => void;
}

function address(): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/graphql`;
}

/**
 * Opens the socket with the first subscription and closes it after the last. It reconnects for ever: the seat
 * counts of a page left open overnight are right in the morning. `token` is asked at every connection.
 */
export function openSocket(token: () => Promise<string | null>): Socket {
  const stateListeners = new Set<() => void>();
  const reconnectListeners = new Set<() => void>();
  let state: ConnectionState = "idle";
  let lost = false;
  let pongTimeout: ReturnType<typeof setTimeout> | undefined;

  const move = (next: ConnectionState) => {
    if (state === next) return;
    state = next;
    for (const listener of stateListeners) listener();
  };

  const client = createClient({
    url: address(),
    lazy: true,
    lazyCloseTimeout: 3_000,
    keepAlive: 12_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, reconnectDelay(retries))),
    connectionParams: async (): Promise<Record<string, unknown>> => {
      const current = await token();
      return current === null ? {} : { Authorization: `Bearer ${current}` };
    },
    on: {
      connected: () => {
        move("connected");
        if (!lost) return;
        lost = false;
        for (const listener of reconnectListeners) listener();
      },
      closed: (event) => {
        const code = (event as Partial<CloseEvent>).code;
        const wanted = code === 1000;
        lost = lost || (!wanted && state === "connected");
        move(wanted ? "idle" : "lost");
      },
      ping: (received) => {
        // A phone that slept holds a dead socket that looks open: no pong within five seconds ends it.
        if (!received) pongTimeout = setTimeout(() => client.terminate(), 5_000);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimeout);
      },
    },
  });

  const subscribeTo = (set: Set<() => void>) => (listener: () => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };

  return {
    client,
    state: () => state,
    onState: subscribeTo(stateListeners),
    onReconnected: subscribeTo(reconnectListeners),
  };
}

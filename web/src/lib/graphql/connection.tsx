import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { Provider } from "urql";
import { useSession } from "../store/store";
import { type Connection, connect } from "./client";
import type { ConnectionState } from "./socket";

const Context = createContext<Connection | null>(null);

/** Gives the pages below a client; another person logged in, another client with an empty cache. */
export function ConnectionProvider({ children }: { children: ReactNode }) {
  const user = useSession()?.user;
  const identity = user ? `${user.id} ${user.roles.join()}` : "";
  const [connection, setConnection] = useState(() => ({ identity, ...connect() }));
  if (connection.identity !== identity) setConnection({ identity, ...connect() });

  useEffect(() => () => connection.dispose(), [connection]);

  return (
    <Context.Provider value={connection}>
      <Provider value={connection.client}>{children}</Provider>
    </Context.Provider>
  );
}

export function useConnection(): Connection {
  const connection = useContext(Context);
  if (connection === null) throw new Error("There is no ConnectionProvider above this component.");
  return connection;
}

/** Whether the live connection stands: `lost` while it is being restored. */
export function useConnectionState(): ConnectionState {
  const { socket } = useConnection();
  return useSyncExternalStore(socket.onState, socket.state);
}

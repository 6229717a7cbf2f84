import type { Session } from "./session";

const key = "marquee.session";

/** Only what has the shape of a session is one: storage outlives releases and can be edited by hand. */
function isSession(value: unknown): value is Session {
  if (typeof value !== "object" || value === null) return false;
  const session = value as Partial<Session>;
  return (
    typeof session.accessToken === "string" &&
    typeof session.accessTokenExpiresAt === "string" &&
    typeof session.refreshToken === "string" &&
    typeof session.refreshTokenExpiresAt === "string" &&
    typeof session.user?.id === "string" &&
    Array.isArray(session.user.roles)
  );
}

function parse(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

let memory: Session | null = null;
let stored = true;

/** The session as all tabs of this browser share it. */
export function readSession(): Session | null {
  if (!stored) return memory;
  try {
    return parse(localStorage.getItem(key));
  } catch {
    stored = false;
    return memory;
  }
}

/** Keeps or, with null, forgets the session. Where storage is barred it lives as long as the tab. */
export function writeSession(session: Session | null): void {
  memory = session;
  if (!stored) return;
  try {
    if (session === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(session));
  } catch {
    stored = false;
  }
}

/** Calls back when another tab logs in, renews or logs out. */
export function onSessionElsewhere(listener: (session: Session | null) => void): () => void {
  const handle = (event: StorageEvent) => {
    if (event.key === key || event.key === null) listener(readSession());
  };
  window.addEventListener("storage", handle);
  return () => window.removeEventListener("storage", handle);
}

/** A role on the whole platform. */
export type Role = "USER" | "EVENT_MANAGER" | "ADMIN";

/** Who is logged in, as far as every page needs it. */
export interface SessionUser {
  id: string;
  name: string;
  email: string;
  roles: Role[];
}

/** A logged-in session as this browser keeps it. Instants are RFC 3339, as the server sent them. */
export interface Session {
  accessToken: string;
  accessTokenExpiresAt: string;
  refreshToken: string;
  refreshTokenExpiresAt: string;
  user: SessionUser;
}

/** What the server calls a session: the address may be null in its type, but never is for oneself. */
export interface ServerSession extends Omit<Session, "user"> {
  user: { id: string; name: string; email?: string | null; roles: readonly Role[] };
}

/** Brings the server's answer into the shape kept here. */
export function fromServer(session: ServerSession): Session {
  const { user } = session;
  return {
    accessToken: session.accessToken,
    accessTokenExpiresAt: session.accessTokenExpiresAt,
    refreshToken: session.refreshToken,
    refreshTokenExpiresAt: session.refreshTokenExpiresAt,
    user: { id: user.id, name: user.name, email: user.email ?? "", roles: [...user.roles] },
  };
}

/** Whether the access token still lives `margin` milliseconds after `now`. */
export function accessTokenLives(session: Session, now: number, margin: number): boolean {
  return Date.parse(session.accessTokenExpiresAt) - now > margin;
}

/** Whether the session can still be renewed. */
export function canRenew(session: Session, now: number): boolean {
  return Date.parse(session.refreshTokenExpiresAt) > now;
}

export function hasRole(session: Session | null, role: Role): boolean {
  return session?.user.roles.includes(role) ?? false;
}

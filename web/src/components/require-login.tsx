import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import type { Session } from "@/lib/session/session";
import { useSession } from "@/lib/store/store";

/** Shows its content to whoever is logged in and sends everybody else by the login page and back. */
export function RequireLogin({ children }: { children: (session: Session) => ReactNode }) {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (!session) return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
  return children(session);
}

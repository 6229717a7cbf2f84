import type { ReactNode } from "react";
import { RequireLogin } from "@/components/require-login";
import { hasRole } from "@/lib/session/session";
import { useSession } from "@/lib/store/store";
import { BecomeOrganiser } from "./become-organiser";

/** Shows its content to organisers, and the way to become one to everybody else. */
export function ManagerOnly({ children }: { children: ReactNode }) {
  const session = useSession();
  const organises = hasRole(session, "EVENT_MANAGER") || hasRole(session, "ADMIN");
  return <RequireLogin>{() => (organises ? children : <BecomeOrganiser />)}</RequireLogin>;
}

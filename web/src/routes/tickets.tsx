import { RequireLogin } from "@/components/require-login";
import { TicketsPage } from "@/features/tickets/tickets-page";

export function Component() {
  return <RequireLogin>{() => <TicketsPage />}</RequireLogin>;
}

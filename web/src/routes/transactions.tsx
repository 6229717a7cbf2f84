import { RequireLogin } from "@/components/require-login";
import { TransactionsPage } from "@/features/tickets/transactions-page";

export function Component() {
  return <RequireLogin>{() => <TransactionsPage />}</RequireLogin>;
}

import { RequireLogin } from "@/components/require-login";
import { NotificationsPage } from "@/features/notifications/notifications-page";

export function Component() {
  return <RequireLogin>{() => <NotificationsPage />}</RequireLogin>;
}

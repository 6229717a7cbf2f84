import { AccountPage } from "@/features/account/account-page";
import { LoginForm } from "@/features/account/login-form";
import { useI18n } from "@/lib/i18n/i18n";

export function Component() {
  const { say } = useI18n();
  return (
    <AccountPage title={say("account.loginTitle")} lead={say("account.loginLead")}>
      <LoginForm />
    </AccountPage>
  );
}

import { AccountPage } from "@/features/account/account-page";
import { RegisterForm } from "@/features/account/register-form";
import { useI18n } from "@/lib/i18n/i18n";

export function Component() {
  const { say } = useI18n();
  return (
    <AccountPage title={say("account.registerTitle")} lead={say("account.registerLead")}>
      <RegisterForm />
    </AccountPage>
  );
}

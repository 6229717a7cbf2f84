import { Lock } from "lucide-react";
import { RequireLogin } from "@/components/require-login";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { OutboxPage } from "@/features/admin/outbox-page";
import { useI18n } from "@/lib/i18n/i18n";
import { hasRole } from "@/lib/session/session";

export function Component() {
  const { say } = useI18n();
  return (
    <RequireLogin>
      {(session) =>
        hasRole(session, "ADMIN") ? (
          <OutboxPage />
        ) : (
          <Empty
            icon={Lock}
            title={say("failure.forbiddenTitle")}
            action={<ButtonLink to="/">{say("common.home")}</ButtonLink>}
          >
            {say("failure.forbiddenText")}
          </Empty>
        )
      }
    </RequireLogin>
  );
}

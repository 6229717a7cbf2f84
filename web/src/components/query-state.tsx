import { CloudOff, Lock, TriangleAlert } from "lucide-react";
import { useLocation } from "react-router";
import type { CombinedError } from "urql";
import { Button, ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { errorCode } from "@/lib/graphql/errors";
import { useI18n } from "@/lib/i18n/i18n";

/** What a page shows when its question was not answered: what went wrong, in words, and a way on. */
export function QueryFailed({ error, retry }: { error: CombinedError; retry: () => void }) {
  const { say } = useI18n();
  const location = useLocation();
  const again = <Button onClick={retry}>{say("common.tryAgain")}</Button>;
  switch (errorCode(error)) {
    case "UNAUTHENTICATED":
      return (
        <Empty
          icon={Lock}
          title={say("failure.loginTitle")}
          action={
            <ButtonLink
              look="primary"
              to={`/login?next=${encodeURIComponent(location.pathname + location.search)}`}
            >
              {say("account.logIn")}
            </ButtonLink>
          }
        >
          {say("failure.loginText")}
        </Empty>
      );
    case "FORBIDDEN":
      return (
        <Empty
          icon={Lock}
          title={say("failure.forbiddenTitle")}
          action={<ButtonLink to="/">{say("common.home")}</ButtonLink>}
        >
          {say("failure.forbiddenText")}
        </Empty>
      );
    case "NETWORK":
      return (
        <Empty icon={CloudOff} title={say("failure.networkTitle")} action={again}>
          {say("failure.networkText")}
        </Empty>
      );
    default:
      return (
        <Empty icon={TriangleAlert} title={say("failure.otherTitle")} action={again}>
          {say("failure.otherText")}
        </Empty>
      );
  }
}

import { Drama } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { useDocumentTitle } from "@/components/ui/page-title";
import { useI18n } from "@/lib/i18n/i18n";

export function Component() {
  const { say } = useI18n();
  useDocumentTitle(say("failure.notFoundTitle"));
  return (
    <Empty
      icon={Drama}
      title={say("failure.notFoundTitle")}
      action={
        <ButtonLink look="primary" to="/">
          {say("common.home")}
        </ButtonLink>
      }
    >
      {say("failure.notFoundText")}
    </Empty>
  );
}

import { Landmark, Plus } from "lucide-react";
import { ButtonLink } from "@/components/ui/button";
import { PageTitle } from "@/components/ui/page-title";
import { ManagerOnly } from "@/features/manage/manager-only";
import { MyEvents } from "@/features/manage/my-events";
import { ReportTotals } from "@/features/manage/report-totals";
import { useI18n } from "@/lib/i18n/i18n";

export function Component() {
  const { say } = useI18n();
  return (
    <ManagerOnly>
      <div className="page py-8 sm:py-10">
        <PageTitle
          actions={
            <>
              <ButtonLink to="/manage/payouts">
                <Landmark aria-hidden className="size-4" />
                {say("payouts.title")}
              </ButtonLink>
              <ButtonLink look="primary" to="/manage/events/new">
                <Plus aria-hidden className="size-4" />
                {say("manage.newEvent")}
              </ButtonLink>
            </>
          }
        >
          {say("manage.title")}
        </PageTitle>
        <ReportTotals />
        <MyEvents />
      </div>
    </ManagerOnly>
  );
}

import { ManagerOnly } from "@/features/manage/manager-only";
import { Payouts } from "@/features/manage/payouts";

export function Component() {
  return (
    <ManagerOnly>
      <Payouts />
    </ManagerOnly>
  );
}

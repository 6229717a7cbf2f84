import { ManagerOnly } from "@/features/manage/manager-only";
import { NewEvent } from "@/features/manage/new-event";

export function Component() {
  return (
    <ManagerOnly>
      <NewEvent />
    </ManagerOnly>
  );
}

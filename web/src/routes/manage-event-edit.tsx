import { useParams } from "react-router";
import { EditEvent } from "@/features/manage/edit-event";
import { ManagerOnly } from "@/features/manage/manager-only";

export function Component() {
  const { id = "" } = useParams();
  return (
    <ManagerOnly>
      <EditEvent key={id} id={id} />
    </ManagerOnly>
  );
}

import { useParams } from "react-router";
import { Dashboard } from "@/features/manage/dashboard";
import { ManagerOnly } from "@/features/manage/manager-only";

export function Component() {
  const { id = "" } = useParams();
  return (
    <ManagerOnly>
      <Dashboard key={id} id={id} />
    </ManagerOnly>
  );
}

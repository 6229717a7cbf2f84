import { useParams } from "react-router";
import { ManagerOnly } from "@/features/manage/manager-only";
import { PromoCodes } from "@/features/manage/promo-codes";

export function Component() {
  const { id = "" } = useParams();
  return (
    <ManagerOnly>
      <PromoCodes key={id} eventId={id} />
    </ManagerOnly>
  );
}

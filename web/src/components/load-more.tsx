import { Button } from "@/components/ui/button";
import { useI18n } from "@/lib/i18n/i18n";

/** The way to the next page of a list. */
export function LoadMore({ shown, busy, onMore }: { shown: boolean; busy: boolean; onMore: () => void }) {
  const { say } = useI18n();
  if (!shown) return null;
  return (
    <div className="mt-8 flex justify-center">
      <Button busy={busy} onClick={onMore}>
        {say("common.loadMore")}
      </Button>
    </div>
  );
}

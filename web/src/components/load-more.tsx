import { Button } from "@/components/ui/button";
import type { Paged } from "@/lib/graphql/use-pages";
import { useI18n } from "@/lib/i18n/i18n";

/** The way to the next page of a list. */
export function LoadMore({ list }: { list: Pick<Paged<unknown>, "hasMore" | "busy" | "more"> }) {
  const { say } = useI18n();
  if (!list.hasMore) return null;
  return (
    <div className="mt-8 flex justify-center">
      <Button busy={list.busy} onClick={list.more}>
        {say("common.loadMore")}
      </Button>
    </div>
  );
}

import { lazy, Suspense } from "react";
import { Spinner } from "@/components/ui/spinner";
import { useI18n } from "@/lib/i18n/i18n";

// The editor is the largest thing in the app: the frame stands while it loads.
const ExplorerPage = lazy(() => import("@/features/explorer/explorer-page"));

export function Component() {
  const { say } = useI18n();
  return (
    <Suspense
      fallback={
        <div role="status" className="grid grow place-items-center">
          <p className="flex items-center gap-3 text-muted">
            <Spinner />
            {say("explorer.loading")}
          </p>
        </div>
      }
    >
      <ExplorerPage />
    </Suspense>
  );
}

import { TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { useRouteError } from "react-router";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Skeleton, SkeletonLines } from "@/components/ui/skeleton";
import { useI18n } from "@/lib/i18n/i18n";

/** While the first page's code is on its way. */
export function PageLoading() {
  return (
    <div className="page py-10">
      <Skeleton className="h-9 w-64" />
      <SkeletonLines className="mt-6 max-w-xl" />
    </div>
  );
}

const reloaded = "marquee.reloaded";

/** A chunk that is gone: a new release was installed while the page was open. Loading the page anew finds it. */
function isStaleRelease(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
}

/** When a page breaks: says so, keeps the rest of the app alive, and offers a way on. */
export function PageCrash() {
  const { say } = useI18n();
  const error = useRouteError();
  useEffect(() => {
    console.error(error);
    if (!isStaleRelease(error)) return;
    const last = Number(sessionStorage.getItem(reloaded) ?? 0);
    if (Date.now() - last < 60_000) return;
    sessionStorage.setItem(reloaded, String(Date.now()));
    window.location.reload();
  }, [error]);
  return (
    <Empty
      icon={TriangleAlert}
      title={say("failure.crashTitle")}
      action={<Button onClick={() => window.location.reload()}>{say("common.reload")}</Button>}
    >
      {say("failure.crashText")}
    </Empty>
  );
}

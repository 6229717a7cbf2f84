import { Outlet, ScrollRestoration, useMatches, useNavigation } from "react-router";
import { Toaster } from "@/components/ui/toast";
import { useI18n } from "@/lib/i18n/i18n";
import { Footer } from "./footer";
import { Header } from "./header";
import { OfflineBar } from "./offline-bar";

/** The frame round every page. */
export function Shell() {
  const { say } = useI18n();
  const moving = useNavigation().state !== "idle";
  const wholeScreen = useMatches().some(
    (match) => (match.handle as { wholeScreen?: boolean } | undefined)?.wholeScreen,
  );
  return (
    <div className={wholeScreen ? "flex h-dvh flex-col" : "flex min-h-dvh flex-col"}>
      <a
        href="#content"
        className="sr-only z-70 rounded-control bg-ink px-4 py-2 text-page focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {say("shell.skip")}
      </a>
      {moving && <div className="fixed inset-x-0 top-0 z-60 h-0.5 animate-pulse bg-bulb" />}
      <Header />
      <OfflineBar />
      <main id="content" tabIndex={-1} className="flex min-h-0 grow flex-col outline-none">
        <Outlet />
      </main>
      {!wholeScreen && <Footer />}
      <Toaster />
      <ScrollRestoration />
    </div>
  );
}

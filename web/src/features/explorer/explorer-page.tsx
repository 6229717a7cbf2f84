import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./explorer.css";
import { GraphiQL } from "graphiql";
import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { useDocumentTitle } from "@/components/ui/page-title";
import { useConnection } from "@/lib/graphql/connection";
import { useI18n } from "@/lib/i18n/i18n";
import { useSession } from "@/lib/store/store";
import { examples } from "./examples";
import { makeFetcher } from "./fetcher";
import { keptTabs, openTab } from "./open-tab";

function pageTheme(): "light" | "dark" {
  return document.documentElement.dataset.theme === "dark" ? "dark" : "light";
}

/** The whole API to look at and to try, as the person who is logged in. */
export default function ExplorerPage() {
  const { say } = useI18n();
  useDocumentTitle(say("shell.explorer"));
  const session = useSession();
  const { socket } = useConnection();
  const fetcher = useMemo(() => makeFetcher(socket.client), [socket]);
  const [{ query, variables }] = useState(() => openTab(keptTabs()));
  const [theme, setTheme] = useState(pageTheme);
  useEffect(() => {
    const follow = () => setTheme(pageTheme());
    window.addEventListener("marquee:theme", follow);
    return () => window.removeEventListener("marquee:theme", follow);
  }, []);

  return (
    <div className="flex min-h-0 grow flex-col">
      <h1 className="sr-only">{say("shell.explorer")}</h1>
      <p className="border-b px-4 py-2 text-sm text-muted">
        {session ? (
          say("explorer.as", { name: session.user.name, roles: session.user.roles.join(", ") })
        ) : (
          <>
            {say("explorer.anonymous")}{" "}
            <Link className="font-semibold text-brand hover:underline" to="/login?next=/explorer">
              {say("account.logIn")}
            </Link>
          </>
        )}
      </p>
      <div className="min-h-0 grow">
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={examples}
          initialQuery={query}
          initialVariables={variables}
          defaultEditorToolsVisibility="variables"
          forcedTheme={theme}
          shouldPersistHeaders={false}
          isHeadersEditorEnabled
        />
      </div>
    </div>
  );
}

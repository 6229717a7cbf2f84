import { Link } from "react-router";
import { useI18n } from "@/lib/i18n/i18n";

export function Footer() {
  const { say } = useI18n();
  return (
    <footer className="mt-16 border-t">
      <div className="page flex flex-col gap-4 py-8 text-sm text-muted sm:flex-row sm:items-center sm:justify-between">
        <p>{say("shell.tagline")}</p>
        <nav aria-label={say("shell.footerNavigation")} className="flex flex-wrap gap-x-6 gap-y-2">
          <Link className="hover:text-ink hover:underline" to="/">
            {say("shell.discover")}
          </Link>
          <Link className="hover:text-ink hover:underline" to="/manage">
            {say("shell.organise")}
          </Link>
          <Link className="hover:text-ink hover:underline" to="/explorer">
            {say("shell.api")}
          </Link>
        </nav>
      </div>
    </footer>
  );
}

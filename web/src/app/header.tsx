import { lazy, Suspense } from "react";
import { NavLink, useLocation } from "react-router";
import { ButtonLink } from "@/components/ui/button";
import { classes } from "@/components/ui/classes";
import { Skeleton } from "@/components/ui/skeleton";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";
import { hasRole } from "@/lib/session/session";
import { useSession } from "@/lib/store/store";
import { Logo } from "./logo";
import { ThemeButton } from "./theme-button";

// What only a logged-in person sees is not in the first load of everybody else.
const AccountMenu = lazy(() => import("@/features/account/account-menu"));
const Bell = lazy(() => import("@/features/notifications/bell"));

const link = ({ isActive }: { isActive: boolean }) =>
  classes(
    "rounded-control px-3 py-2 text-[0.9375rem] font-medium transition-colors hover:bg-sunken",
    isActive ? "text-brand" : "text-ink",
  );

export function Header() {
  const { say } = useI18n();
  const session = useSession();
  const location = useLocation();
  const links: { to: string; name: Phrase }[] = [{ to: "/", name: "shell.discover" }];
  if (session) links.push({ to: "/tickets", name: "shell.tickets" });
  links.push({ to: "/manage", name: hasRole(session, "EVENT_MANAGER") ? "shell.manage" : "shell.organise" });
  links.push({ to: "/explorer", name: "shell.explorer" });
  const next =
    location.pathname === "/login" || location.pathname === "/register"
      ? ""
      : location.pathname + location.search;

  return (
    <header className="sticky top-0 z-40 border-b bg-page/90 backdrop-blur-md">
      <div className="page flex h-16 items-center gap-2 sm:gap-6">
        <Logo />
        <nav aria-label={say("shell.mainNavigation")} className="hidden grow items-center gap-1 md:flex">
          {links.map(({ to, name }) => (
            <NavLink key={to} to={to} end={to === "/"} className={link}>
              {say(name)}
            </NavLink>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1 sm:gap-2">
          <ThemeButton />
          {session ? (
            <Suspense fallback={<Skeleton className="size-9 rounded-full" />}>
              <Bell />
              <AccountMenu />
            </Suspense>
          ) : (
            <>
              <ButtonLink
                look="quiet"
                size="small"
                className="max-sm:hidden"
                to={next ? `/register?next=${encodeURIComponent(next)}` : "/register"}
              >
                {say("account.register")}
              </ButtonLink>
              <ButtonLink
                look="primary"
                size="small"
                to={next ? `/login?next=${encodeURIComponent(next)}` : "/login"}
              >
                {say("account.logIn")}
              </ButtonLink>
            </>
          )}
        </div>
      </div>
    </header>
  );
}

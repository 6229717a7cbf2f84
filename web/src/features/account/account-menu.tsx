import { ChartNoAxesCombined, LogOut, Mails, SquareTerminal, Ticket, UserRound } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useMutation } from "urql";
import { useI18n } from "@/lib/i18n/i18n";
import { hasRole } from "@/lib/session/session";
import { readSession } from "@/lib/session/storage";
import { keepSession, useSession } from "@/lib/store/store";
import { logOutMutation } from "./session-operations";

const item =
  "flex w-full items-center gap-3 rounded-md px-3 py-2.5 text-[0.9375rem] outline-none select-none data-highlighted:bg-sunken [&_svg]:size-4.5 [&_svg]:text-muted";

function Entry({ to, children }: { to: string; children: ReactNode }) {
  return (
    <DropdownMenu.Item asChild>
      <Link to={to} className={item}>
        {children}
      </Link>
    </DropdownMenu.Item>
  );
}

/** Two letters for somebody: of their first and last name. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("").toUpperCase();
}

/** Who is logged in, and where they can go. */
export default function AccountMenu() {
  const { say } = useI18n();
  const session = useSession();
  const navigate = useNavigate();
  const [, logOut] = useMutation(logOutMutation);
  if (!session) return null;

  const leave = async () => {
    const refreshToken = readSession()?.refreshToken;
    // The server ends the session; without an answer it is forgotten here all the same.
    if (refreshToken) await logOut({ input: { refreshToken } });
    await navigate("/");
    keepSession(null);
  };

  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="grid size-10 place-items-center rounded-full bg-brand-soft text-sm font-bold text-brand hover:ring-2 hover:ring-brand/40">
        <span aria-hidden="true">{initials(session.user.name) || <UserRound className="size-5" />}</span>
        <span className="sr-only">{say("account.menu", { name: session.user.name })}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={8}
          className="z-50 w-64 animate-rise rounded-card border bg-surface p-1.5 shadow-lift"
        >
          <div className="px-3 pt-2 pb-3">
            <p className="truncate font-semibold">{session.user.name}</p>
            <p className="truncate text-caption text-muted">{session.user.email}</p>
          </div>
          <DropdownMenu.Separator className="mb-1.5 h-px bg-line" />
          <Entry to="/tickets">
            <Ticket aria-hidden />
            {say("shell.tickets")}
          </Entry>
          <Entry to="/manage">
            <ChartNoAxesCombined aria-hidden />
            {say(hasRole(session, "EVENT_MANAGER") ? "shell.manage" : "shell.organise")}
          </Entry>
          {hasRole(session, "ADMIN") && (
            <Entry to="/admin/outbox">
              <Mails aria-hidden />
              {say("shell.outbox")}
            </Entry>
          )}
          <Entry to="/explorer">
            <SquareTerminal aria-hidden />
            {say("shell.explorer")}
          </Entry>
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item className={item} onSelect={() => void leave()}>
            <LogOut aria-hidden />
            {say("account.logOut")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

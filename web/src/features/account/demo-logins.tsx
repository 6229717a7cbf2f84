import { useEffect, useState } from "react";
import { Card } from "@/components/ui/card";
import { type Phrase, useI18n } from "@/lib/i18n/i18n";

const password = "marquee-demo";
const logins: { email: string; role: Phrase }[] = [
  { email: "attendee@example.com", role: "account.demoAttendee" },
  { email: "manager@example.com", role: "account.demoManager" },
  { email: "admin@example.com", role: "account.demoAdmin" },
];

/** The ready-made accounts, where the server says that it is a demo. */
export function DemoLogins({ onChoose }: { onChoose: (email: string, password: string) => void }) {
  const { say } = useI18n();
  const [demo, setDemo] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    fetch("/config.json", { signal: abort.signal, headers: { accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : {}))
      .then((config: { demo?: unknown }) => setDemo(config.demo === true))
      .catch(() => undefined);
    return () => abort.abort();
  }, []);
  if (!demo) return null;
  return (
    <Card className="mt-6 animate-rise p-5">
      <h2 className="text-sm font-semibold">{say("account.demoTitle")}</h2>
      <p className="mt-0.5 text-caption text-muted">{say("account.demoText")}</p>
      <ul className="mt-3 grid gap-2">
        {logins.map(({ email, role }) => (
          <li key={email}>
            <button
              type="button"
              onClick={() => onChoose(email, password)}
              className="flex w-full items-center justify-between gap-3 rounded-control border px-3 py-2.5 text-left text-sm hover:border-line-strong hover:bg-sunken"
            >
              <span className="font-semibold">{say(role)}</span>
              <span className="truncate text-muted">{email}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

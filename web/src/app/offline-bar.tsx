import { useEffect, useState, useSyncExternalStore } from "react";
import { useConnectionState } from "@/lib/graphql/connection";
import { useI18n } from "@/lib/i18n/i18n";

function onLine(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Says that the numbers on the page may be old. A break of a moment is not worth a word. */
export function OfflineBar() {
  const { say } = useI18n();
  const online = useSyncExternalStore(onLine, () => navigator.onLine);
  const lost = useConnectionState() === "lost";
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!lost) return;
    const timer = setTimeout(() => setLong(true), 2_500);
    return () => clearTimeout(timer);
  }, [lost]);
  if (online && !long) return null;
  return (
    <p role="status" className="bg-warn-soft px-4 py-2 text-center text-sm font-medium text-warn">
      {say(online ? "shell.reconnecting" : "shell.offline")}
    </p>
  );
}

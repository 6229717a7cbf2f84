import { useEffect, useState } from "react";
import { serverNow } from "../clock";

/** The server's time in milliseconds, anew every `every` milliseconds; still while `every` is null. */
export function useServerNow(every: number | null): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (every === null) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

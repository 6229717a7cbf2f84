import { useEffect, useSyncExternalStore } from "react";

interface Toast {
  id: number;
  text: string;
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(to: readonly Toast[]) {
  toasts = to;
  for (const listener of listeners) listener();
}

/** Says something in passing, at the bottom of the page, for five seconds. */
export function toast(text: string): void {
  change([...toasts.slice(-2), { id: next++, text }]);
}

function Item({ id, text }: Toast) {
  useEffect(() => {
    const timer = setTimeout(() => change(toasts.filter((each) => each.id !== id)), 5000);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <p className="animate-rise rounded-control bg-ink px-4 py-3 text-sm font-medium text-page shadow-lift">
      {text}
    </p>
  );
}

/** The place where toasts appear; once per page. */
export function Toaster() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-60 flex flex-col items-center gap-2 sm:bottom-6"
    >
      {shown.map((each) => (
        <Item key={each.id} {...each} />
      ))}
    </div>
  );
}

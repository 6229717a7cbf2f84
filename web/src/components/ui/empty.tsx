import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** What a page shows when there is nothing to show: why, and what to do next. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-4 py-14 text-center">
      <span className="mb-4 grid size-14 place-items-center rounded-full bg-bulb-soft text-warn">
        <Icon aria-hidden className="size-6" />
      </span>
      <h2 className="font-display text-title font-bold">{title}</h2>
      {children && <p className="mt-2 text-muted">{children}</p>}
      {action && <div className="mt-6 flex flex-wrap justify-center gap-3">{action}</div>}
    </div>
  );
}

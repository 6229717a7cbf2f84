import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes";

type Kind = "info" | "ok" | "warn" | "bad";

const kinds = {
  info: { icon: Info, look: "bg-sunken text-ink" },
  ok: { icon: CircleCheck, look: "bg-ok-soft text-ok" },
  warn: { icon: TriangleAlert, look: "bg-warn-soft text-warn" },
  bad: { icon: CircleAlert, look: "bg-bad-soft text-bad" },
};

/** A sentence that matters, within the page; bad news is also read out at once. */
export function Notice({
  kind = "info",
  children,
  className,
}: {
  kind?: Kind;
  children: ReactNode;
  className?: string;
}) {
  const { icon: Icon, look } = kinds[kind];
  return (
    <div
      role={kind === "bad" ? "alert" : "status"}
      className={classes("flex gap-3 rounded-control px-4 py-3 text-[0.9375rem]", look, className)}
    >
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}

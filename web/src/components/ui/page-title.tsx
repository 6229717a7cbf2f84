import { type ReactNode, useEffect } from "react";

/** The title of the page, in the page and in the browser's tab. */
export function PageTitle({
  children,
  lead,
  actions,
}: {
  children: string;
  lead?: ReactNode;
  actions?: ReactNode;
}) {
  useDocumentTitle(children);
  return (
    <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4 sm:mb-8">
      <div className="min-w-0">
        <h1 className="font-display text-headline font-bold tracking-tight">{children}</h1>
        {lead && <p className="mt-1.5 text-muted">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
    </div>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Marquee` : "Marquee";
    return () => {
      document.title = "Marquee";
    };
  }, [title]);
}

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useI18n } from "@/lib/i18n/i18n";
import { classes } from "./classes";

/** A window above the page: from below on a phone, in the middle elsewhere. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  wide = false,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** For what needs room, like a map. */
  wide?: boolean;
  children?: ReactNode;
}) {
  const { say } = useI18n();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-black/55 backdrop-blur-[2px]" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={classes(
            "fixed inset-x-0 bottom-0 z-50 max-h-[92dvh] animate-rise overflow-y-auto rounded-t-card border bg-surface shadow-lift",
            "sm:inset-auto sm:top-1/2 sm:left-1/2 sm:-translate-1/2 sm:animate-none sm:rounded-card",
            "pb-[max(1.5rem,env(safe-area-inset-bottom))]",
            wide ? "p-4 sm:w-[min(60rem,94vw)] sm:p-6" : "p-6 sm:w-[min(32rem,92vw)]",
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="font-display text-title font-bold">{title}</Radix.Title>
            <Radix.Close
              aria-label={say("common.close")}
              className="-mt-1.5 -mr-2 grid size-9 place-items-center rounded-control text-muted hover:bg-sunken"
            >
              <X aria-hidden className="size-5" />
            </Radix.Close>
          </div>
          {description && <Radix.Description className="mt-2 text-muted">{description}</Radix.Description>}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

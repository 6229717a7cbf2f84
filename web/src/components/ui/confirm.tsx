import type { ReactNode } from "react";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./notice";

/** Asks before something that cannot be taken back; stays open while it is done and when it failed. */
export function Confirm({
  open,
  onOpenChange,
  title,
  description,
  action,
  busy,
  disabled = false,
  error,
  onConfirm,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** What the confirming button says: the deed, not "OK". */
  action: string;
  busy: boolean;
  /** Whether it cannot be confirmed now; the children say why. */
  disabled?: boolean;
  error?: string;
  onConfirm: () => void;
  children?: ReactNode;
}) {
  const { say } = useI18n();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      {children}
      {error && (
        <Notice kind="bad" className="mt-4">
          {error}
        </Notice>
      )}
      <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
        <Button onClick={() => onOpenChange(false)} disabled={busy}>
          {say("common.goBack")}
        </Button>
        <Button look="danger" busy={busy} disabled={disabled} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}

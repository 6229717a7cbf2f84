import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { useI18n } from "@/lib/i18n/i18n";

/** Takes a check-in back after asking why: the reason is kept with the scan. */
export function UndoCheckIn({ busy, onUndo }: { busy: boolean; onUndo: (reason: string) => void }) {
  const { say } = useI18n();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onUndo(reason.trim());
  };
  if (!asking) {
    return (
      <Button size="small" className="mt-3" onClick={() => setAsking(true)}>
        {say("manage.undo")}
      </Button>
    );
  }
  return (
    <form onSubmit={submit} className="mt-4 grid gap-3 text-left text-ink">
      <TextField
        autoFocus
        label={say("manage.undoReason")}
        optional={say("common.optional")}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="grid grid-cols-2 gap-3">
        <Button size="small" onClick={() => setAsking(false)}>
          {say("common.cancel")}
        </Button>
        <Button size="small" type="submit" look="danger" busy={busy}>
          {say("manage.undoConfirm")}
        </Button>
      </div>
    </form>
  );
}

import { Share2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { useI18n } from "@/lib/i18n/i18n";

/** Hands the page's address to the phone's share sheet, or copies it where there is none. */
export function ShareButton({ title }: { title: string }) {
  const { say } = useI18n();
  const share = async () => {
    const url = window.location.href;
    try {
      if (navigator.share) return await navigator.share({ title, url });
      await navigator.clipboard.writeText(url);
      toast(say("event.linkCopied"));
    } catch {
      // Whoever closes the sheet has changed their mind.
    }
  };
  return (
    <Button size="small" onClick={() => void share()}>
      <Share2 aria-hidden className="size-4" />
      {say("event.share")}
    </Button>
  );
}

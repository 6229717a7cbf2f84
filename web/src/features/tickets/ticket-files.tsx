import { CalendarPlus, FileDown } from "lucide-react";
import { useState } from "react";
import { useClient } from "urql";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const filesQuery = graphql(`
  query TicketFiles($id: ID!) {
    booking(id: $id) {
      id
      ticketsPdfUrl
      calendarUrl
    }
  }
`);

/** The tickets to print and the event for a calendar. Links are soon over: they are asked for when they are wanted. */
export function TicketFiles({ bookingId }: { bookingId: string }) {
  const { say } = useI18n();
  const client = useClient();
  const [busy, setBusy] = useState<"pdf" | "calendar">();
  const open = async (kind: "pdf" | "calendar") => {
    setBusy(kind);
    const { data } = await client
      .query(filesQuery, { id: bookingId }, { requestPolicy: "network-only" })
      .toPromise();
    setBusy(undefined);
    const link = kind === "pdf" ? data?.booking?.ticketsPdfUrl : data?.booking?.calendarUrl;
    if (!link) {
      toast(say("failure.sentence"));
      return;
    }
    const { pathname, search } = new URL(link);
    window.location.assign(pathname + search);
  };
  return (
    <>
      <Button size="small" busy={busy === "pdf"} onClick={() => void open("pdf")}>
        <FileDown aria-hidden className="size-4" />
        {say("tickets.pdf")}
      </Button>
      <Button size="small" busy={busy === "calendar"} onClick={() => void open("calendar")}>
        <CalendarPlus aria-hidden className="size-4" />
        {say("tickets.calendar")}
      </Button>
    </>
  );
}

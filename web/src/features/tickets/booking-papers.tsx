import { FileDown } from "lucide-react";
import { useEffect, useState } from "react";
import { useClient, useQuery } from "urql";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { graphql } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";

const invoicesQuery = graphql(`
  query Invoices($bookingId: ID!) {
    invoices(bookingId: $bookingId) {
      id
      kind
      number
      issuedAt
      total {
        amount
        currency
      }
      url
    }
  }
`);

/** How often papers that must be there are asked for. */
const most = 10;

/** The invoice of a booking and its credit notes. Links are soon over: they are asked for when they are wanted. */
export function BookingPapers({
  bookingId,
  expected,
}: {
  bookingId: string;
  /** How many papers there must be at least. */
  expected: number;
}) {
  const { say, format } = useI18n();
  const client = useClient();
  const [busy, setBusy] = useState("");
  const [{ data, error }, again] = useQuery({
    query: invoicesQuery,
    variables: { bookingId },
    requestPolicy: "cache-and-network",
  });
  // Papers are written a moment after the money has moved.
  const missing = data !== undefined && data.invoices.length < expected;
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!missing || asked >= most) return;
    const timer = setTimeout(() => {
      setAsked(asked + 1);
      again({ requestPolicy: "network-only" });
    }, 1_500);
    return () => clearTimeout(timer);
  }, [missing, asked, again]);
  const open = async (id: string) => {
    setBusy(id);
    const answer = await client
      .query(invoicesQuery, { bookingId }, { requestPolicy: "network-only" })
      .toPromise();
    setBusy("");
    const link = answer.data?.invoices.find((each) => each.id === id)?.url;
    if (!link) return toast(say("failure.sentence"));
    const { pathname, search } = new URL(link);
    window.location.assign(pathname + search);
  };
  return (
    <Card className="p-5">
      <h2 className="font-display text-lg font-bold">{say("papers.title")}</h2>
      {!data && !error && <Skeleton className="mt-3 h-12" />}
      {error && !data && (
        <Button size="small" className="mt-3" onClick={() => again({ requestPolicy: "network-only" })}>
          {say("common.tryAgain")}
        </Button>
      )}
      {data?.invoices.length === 0 && <p className="mt-3 text-sm text-muted">{say("papers.none")}</p>}
      <ul className="mt-1 divide-y">
        {data?.invoices.map(({ id, kind, number, issuedAt, total }) => (
          <li key={id} className="flex items-center justify-between gap-4 py-3">
            <div className="min-w-0">
              <p className="font-semibold">
                {say(kind === "INVOICE" ? "papers.invoice" : "papers.creditNote", { number })}
              </p>
              <p className="text-caption text-muted">
                {format.day(issuedAt)} · {format.money(total)}
              </p>
            </div>
            <Button
              size="small"
              busy={busy === id}
              aria-label={say("papers.open", { number })}
              onClick={() => void open(id)}
            >
              <FileDown aria-hidden className="size-4" />
              {say("tickets.pdf")}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

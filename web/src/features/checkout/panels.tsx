import { CircleCheck, Clock, ExternalLink, ShieldCheck, TicketX } from "lucide-react";
import { TicketStub, type ticketStubFragment } from "@/components/ticket/ticket-stub";
import { Button, ButtonLink } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Notice } from "@/components/ui/notice";
import { Spinner } from "@/components/ui/spinner";
import type { FragmentType } from "@/gql";
import { useI18n } from "@/lib/i18n/i18n";
import type { Stage } from "./stage";
import { useConfirmFree } from "./use-pay";

/** Money has been sent for: its confirmation comes in a moment. */
export function Awaiting() {
  const { say } = useI18n();
  return (
    <div role="status" className="flex flex-col items-center gap-4 py-14 text-center">
      <Spinner className="size-9 text-brand" />
      <p className="font-display text-title font-bold">{say("checkout.awaitingTitle")}</p>
      <p className="max-w-sm text-muted">{say("checkout.awaitingText")}</p>
    </div>
  );
}

/** The bank or the provider wants to hear from the buyer first, on a page of its own that leads back here. */
export function BankAction({
  url,
  elsewhere,
  onOther,
}: {
  url: string;
  /** What the provider is called where the buyer pays there; empty where only the bank asks to confirm. */
  elsewhere: string;
  onOther: () => void;
}) {
  const { say } = useI18n();
  return (
    <div className="flex flex-col items-center gap-4 py-10 text-center">
      <ShieldCheck aria-hidden className="size-10 text-brand" />
      <h2 className="font-display text-title font-bold">
        {elsewhere ? say("pay.goTitle", { name: elsewhere }) : say("checkout.actionTitle")}
      </h2>
      <p className="max-w-sm text-muted">{say(elsewhere ? "pay.goText" : "checkout.actionText")}</p>
      <a
        href={url}
        className="inline-flex h-13 items-center gap-2 rounded-control bg-brand-fill px-6 font-semibold text-white shadow-card hover:bg-brand-fill-hover"
      >
        {elsewhere ? say("pay.goOn", { name: elsewhere }) : say("checkout.actionOpen")}
        <ExternalLink aria-hidden className="size-4" />
      </a>
      <p role="status" className="flex items-center gap-2 text-sm text-muted">
        <Spinner className="size-4" />
        {elsewhere ? say("pay.goWaiting", { name: elsewhere }) : say("checkout.actionWaiting")}
      </p>
      <Button look="quiet" size="small" className="text-muted" onClick={onOther}>
        {say("pay.otherWay")}
      </Button>
    </div>
  );
}

/** An order that costs nothing. */
export function ConfirmFree({ bookingId }: { bookingId: string }) {
  const { say } = useI18n();
  const { confirm, busy, problem } = useConfirmFree(bookingId);
  return (
    <div className="grid grid-cols-1 gap-5">
      <h2 className="font-display text-title font-bold">{say("checkout.freeTitle")}</h2>
      <p className="text-muted">{say("checkout.freeText")}</p>
      {problem && <Notice kind="bad">{problem}</Notice>}
      <Button look="primary" size="large" wide busy={busy} onClick={confirm}>
        {say("checkout.confirmFree")}
      </Button>
    </div>
  );
}

/** The order ended without tickets: what happened, what about the money, where to go. */
export function Ended({
  stage,
  slug,
  bookingId,
  onAgain,
}: {
  stage: Stage;
  slug: string;
  bookingId: string;
  /** Puts the same order together again. */
  onAgain: () => void;
}) {
  const { say } = useI18n();
  const back = (
    <ButtonLink look="primary" to={`/events/${slug}`}>
      {say("checkout.backToEvent")}
    </ButtonLink>
  );
  switch (stage) {
    case "expired-refund":
      return (
        <Empty icon={Clock} title={say("checkout.lateTitle")} action={back}>
          {say("checkout.lateText")}
        </Empty>
      );
    case "released":
      return (
        <Empty icon={TicketX} title={say("checkout.releasedTitle")} action={back}>
          {say("checkout.releasedText")}
        </Empty>
      );
    case "cancelled":
      return (
        <Empty
          icon={TicketX}
          title={say("checkout.cancelledTitle")}
          action={<ButtonLink to={`/tickets/${bookingId}`}>{say("checkout.toBooking")}</ButtonLink>}
        >
          {say("checkout.cancelledText")}
        </Empty>
      );
    default:
      return (
        <Empty
          icon={Clock}
          title={say("checkout.expiredTitle")}
          action={
            <>
              <Button look="primary" onClick={onAgain}>
                {say("pay.chooseAgain")}
              </Button>
              <ButtonLink to={`/events/${slug}`}>{say("checkout.backToEvent")}</ButtonLink>
            </>
          }
        >
          {say("checkout.expiredText")}
        </Empty>
      );
  }
}

/** The tickets are there. */
export function Done({
  bookingId,
  title,
  tickets,
}: {
  bookingId: string;
  title: string;
  tickets: readonly ({ id: string } & FragmentType<typeof ticketStubFragment>)[];
}) {
  const { say } = useI18n();
  return (
    <div className="page py-10">
      <div role="status" className="mx-auto max-w-xl animate-rise text-center">
        <div aria-hidden="true" className="bulbs mx-auto mb-6 w-56 animate-twinkle" />
        <CircleCheck aria-hidden className="mx-auto size-12 text-ok" />
        <h1 className="mt-3 font-display text-headline font-bold tracking-tight">
          {say("checkout.doneTitle")}
        </h1>
        <p className="mt-2 text-lg text-muted">{say("checkout.doneText", { title })}</p>
        <div className="mt-6 flex flex-wrap justify-center gap-3">
          <ButtonLink look="primary" to={`/tickets/${bookingId}`}>
            {say("checkout.toTicket")}
          </ButtonLink>
          <ButtonLink to="/">{say("checkout.more")}</ButtonLink>
        </div>
      </div>
      <div className="mx-auto mt-10 grid max-w-4xl justify-center gap-6 [grid-template-columns:repeat(auto-fit,minmax(16rem,20rem))]">
        {tickets.map((ticket, at) => (
          <TicketStub key={ticket.id} ticket={ticket} number={at + 1} of={tickets.length} />
        ))}
      </div>
    </div>
  );
}

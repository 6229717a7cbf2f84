import { TicketX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useMutation, useQuery } from "urql";
import { QueryFailed } from "@/components/query-state";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { PageTitle } from "@/components/ui/page-title";
import { Skeleton } from "@/components/ui/skeleton";
import { graphql } from "@/gql";
import { useServerNow } from "@/lib/hooks/now";
import { useI18n } from "@/lib/i18n/i18n";
import { attemptEnded, codeEntered, quantityChosen } from "@/lib/store/checkout";
import { useAppDispatch, useAppSelector } from "@/lib/store/store";
import { checkoutQuery, providersQuery } from "./checkout-query";
import { GuestGate } from "./guest-gate";
import { HoldClock } from "./hold-clock";
import { OrderSummary } from "./order-summary";
import { Awaiting, BankAction, ConfirmFree, Done, Ended } from "./panels";
import { PaymentStep } from "./payment-step";
import { isMoving, stageOf } from "./stage";

const releaseMutation = graphql(`
  mutation ReleaseHold($input: CancelBookingInput!) {
    cancelBooking(input: $input) {
      booking {
        id
        status
        endReason
        holdExpiresAt
      }
      userErrors {
        message
        code
      }
    }
  }
`);

const askEvery = 700;

/** From held seats to tickets. */
export function CheckoutPage({ bookingId }: { bookingId: string }) {
  const { say } = useI18n();
  const dispatch = useAppDispatch();
  const navigate = useNavigate();
  // Which payment is given up for another one: its page is not shown again.
  const [givenUp, setGivenUp] = useState<string>();
  const attempt = useAppSelector((state) => state.checkout.attempts[bookingId]);
  const [{ data, error }, again] = useQuery({
    query: checkoutQuery,
    variables: { id: bookingId },
    requestPolicy: "cache-and-network",
  });
  const [providers] = useQuery({ query: providersQuery });
  const [{ fetching: releasing }, release] = useMutation(releaseMutation);
  const booking = data?.booking;
  const now = useServerNow(booking?.status === "HELD" ? 1000 : null);
  const shown = booking && booking.payment?.id === givenUp ? { ...booking, payment: null } : booking;
  const stage = shown ? stageOf(shown, now, attempt?.awaiting ?? false) : null;
  const moving = stage !== null && isMoving(stage, booking?.tickets.length ?? 0);

  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), askEvery);
    return () => clearInterval(timer);
  }, [moving, again]);

  // Another step is another screen: it begins at its top, also for who paid at the foot of the last one.
  const top = useRef<HTMLDivElement>(null);
  const step = stage === "confirm-free" ? "pay" : stage;
  const before = useRef(step);
  useEffect(() => {
    const place = top.current;
    if (before.current !== null && before.current !== step && place && place.getBoundingClientRect().top < 64)
      place.scrollIntoView({ block: "start" });
    before.current = step;
  }, [step]);

  // The clock here has run out: the server's word on it comes a moment later.
  useEffect(() => {
    if (stage !== "expired" || booking?.status !== "HELD") return;
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), 2_000);
    return () => clearInterval(timer);
  }, [stage, booking?.status, again]);

  const declined = booking?.payment?.status === "DECLINED";
  const over =
    stage !== null && ["done", "expired", "expired-refund", "released", "cancelled"].includes(stage);
  useEffect(() => {
    if (attempt && (over || (declined && attempt.awaiting))) dispatch(attemptEnded(bookingId));
  }, [attempt, over, declined, bookingId, dispatch]);

  if (!data && error)
    return <QueryFailed error={error} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data) {
    return (
      <div
        role="status"
        aria-label={say("common.loading")}
        className="page grid gap-8 py-10 lg:grid-cols-[1fr_22rem]"
      >
        <Skeleton className="h-96 rounded-card" />
        <Skeleton className="h-72 rounded-card" />
      </div>
    );
  }
  if (!booking || !stage) {
    return (
      <Empty
        icon={TicketX}
        title={say("checkout.missingTitle")}
        action={<ButtonLink to="/tickets">{say("shell.tickets")}</ButtonLink>}
      >
        {say("checkout.missingText")}
      </Empty>
    );
  }
  if (stage === "done" && booking.tickets.length > 0) {
    return <Done bookingId={booking.id} title={booking.event.title} tickets={booking.tickets} />;
  }

  const provider = providers.data?.paymentProviders.find(({ name }) => name === booking.payment?.provider);
  const elsewhere = provider?.input === "REDIRECT" ? provider.label : "";
  const chooseAgain = () => {
    for (const { ticketType, quantity } of booking.items)
      dispatch(quantityChosen(booking.event.id, ticketType.id, quantity));
    for (const code of booking.codes) dispatch(codeEntered(booking.event.id, code));
    void navigate(`/events/${booking.event.slug}`);
  };
  const open = stage === "pay" || stage === "confirm-free" || stage === "action";
  return (
    <div ref={top} className="page scroll-mt-16 py-8 sm:py-10">
      <PageTitle>{say("checkout.title")}</PageTitle>
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-10">
        <div className="grid grid-cols-1 gap-5">
          {open && booking.holdExpiresAt && (
            <HoldClock
              bookingId={booking.id}
              expiresAt={booking.holdExpiresAt}
              extendable={booking.extendable}
              now={now}
            />
          )}
          <Card className="p-5 sm:p-7">
            {stage === "pay" && (
              <GuestGate booking={booking}>
                <PaymentStep
                  bookingId={booking.id}
                  total={booking.total}
                  declined={declined ? (booking.payment?.declineReason ?? say("checkout.declined")) : ""}
                />
              </GuestGate>
            )}
            {stage === "confirm-free" && (
              <GuestGate booking={booking}>
                <ConfirmFree bookingId={booking.id} />
              </GuestGate>
            )}
            {stage === "action" && (
              <BankAction
                url={booking.payment?.actionUrl ?? ""}
                elsewhere={elsewhere}
                onOther={() => {
                  dispatch(attemptEnded(booking.id));
                  setGivenUp(booking.payment?.id);
                }}
              />
            )}
            {(stage === "awaiting" || stage === "done") && <Awaiting />}
            {over && stage !== "done" && (
              <Ended stage={stage} slug={booking.event.slug} bookingId={booking.id} onAgain={chooseAgain} />
            )}
          </Card>
          {open && (
            <Button
              look="quiet"
              size="small"
              className="justify-self-center text-muted"
              busy={releasing}
              onClick={() =>
                void release({ input: { bookingId: booking.id, idempotencyKey: `release-${booking.id}` } })
              }
            >
              {say("checkout.release")}
            </Button>
          )}
        </div>
        <OrderSummary booking={booking} />
      </div>
    </div>
  );
}

import { useParams } from "react-router";
import { RequireLogin } from "@/components/require-login";
import { BookingPage } from "@/features/tickets/booking-page";

export function Component() {
  const { bookingId = "" } = useParams();
  return <RequireLogin>{() => <BookingPage key={bookingId} id={bookingId} />}</RequireLogin>;
}

import { useParams } from "react-router";
import { RequireLogin } from "@/components/require-login";
import { CheckoutPage } from "@/features/checkout/checkout-page";

export function Component() {
  const { bookingId = "" } = useParams();
  return <RequireLogin>{() => <CheckoutPage key={bookingId} bookingId={bookingId} />}</RequireLogin>;
}

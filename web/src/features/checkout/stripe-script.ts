/** As much of Stripe.js as a card needs; see https://docs.stripe.com/js. */
export interface StripeElement {
  mount(to: HTMLElement): void;
  destroy(): void;
  on(event: "ready" | "change", listener: (event: { error?: { message: string } }) => void): void;
}
interface Elements {
  create(kind: "card", options: object): StripeElement;
}
export interface Stripe {
  elements(options?: object): Elements;
  createPaymentMethod(options: {
    type: "card";
    card: StripeElement;
  }): Promise<{ paymentMethod?: { id: string }; error?: { message?: string } }>;
}

const address = "https://js.stripe.com/v3/";

let script: Promise<(key: string) => Stripe> | undefined;

/** Loads the script once. It must come from Stripe itself, at run time: card numbers never pass this page. */
function load(): Promise<(key: string) => Stripe> {
  script ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.async = true;
    element.addEventListener("load", () => {
      const { Stripe: open } = window as { Stripe?: (key: string) => Stripe };
      if (open) resolve(open);
      else reject(new Error("Stripe.js did not define Stripe."));
    });
    element.addEventListener("error", () => {
      // The next try loads it anew.
      element.remove();
      script = undefined;
      reject(new Error("Stripe.js could not be loaded."));
    });
    document.head.append(element);
  });
  return script;
}

/** Stripe for the account of a publishable key. */
export async function openStripe(publishableKey: string): Promise<Stripe> {
  return (await load())(publishableKey);
}

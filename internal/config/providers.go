package config

// Providers are the settings of the payment providers. A provider is configured by its secrets; the addresses are for stand-ins and
// gateways. Where a setting may hold several webhook secrets, parted by commas, each is taken: one can be replaced without losing deliveries.
type Providers struct {
	StripeSecretKey      string `env:"MARQUEE_STRIPE_SECRET_KEY" secret:"true" help:"Stripe: secret key; with it cards are taken by Stripe (docs/payment-providers.md)"`
	StripePublishableKey string `env:"MARQUEE_STRIPE_PUBLISHABLE_KEY" help:"Stripe: publishable key, for its script in the browser"`
	StripeWebhookSecret  string `env:"MARQUEE_STRIPE_WEBHOOK_SECRET" secret:"true" help:"Stripe: signing secrets of the webhook <MARQUEE_PUBLIC_URL>/webhooks/stripe, parted by commas"`
	StripeURL            string `env:"MARQUEE_STRIPE_URL" envDefault:"https://api.stripe.com" help:"Stripe: address of the API"`

	PayPalClientID  string `env:"MARQUEE_PAYPAL_CLIENT_ID" help:"PayPal: client id; with it and its secret PayPal is offered (docs/payment-providers.md)"`
	PayPalSecret    string `env:"MARQUEE_PAYPAL_SECRET" secret:"true" help:"PayPal: the client's secret"`
	PayPalWebhookID string `env:"MARQUEE_PAYPAL_WEBHOOK_ID" help:"PayPal: id of the webhook <MARQUEE_PUBLIC_URL>/webhooks/paypal, by which deliveries are verified"`
	PayPalURL       string `env:"MARQUEE_PAYPAL_URL" envDefault:"https://api-m.paypal.com" help:"PayPal: address of the API; https://api-m.sandbox.paypal.com for tests"`

	RazorpayKeyID         string `env:"MARQUEE_RAZORPAY_KEY_ID" help:"Razorpay: key id; with it and its secret Razorpay is offered (docs/payment-providers.md)"`
	RazorpayKeySecret     string `env:"MARQUEE_RAZORPAY_KEY_SECRET" secret:"true" help:"Razorpay: the key's secret"`
	RazorpayWebhookSecret string `env:"MARQUEE_RAZORPAY_WEBHOOK_SECRET" secret:"true" help:"Razorpay: secrets of the webhook <MARQUEE_PUBLIC_URL>/webhooks/razorpay, parted by commas"`
	RazorpayURL           string `env:"MARQUEE_RAZORPAY_URL" envDefault:"https://api.razorpay.com" help:"Razorpay: address of the API"`
}

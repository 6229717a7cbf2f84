package config

// Providers are the settings of the payment providers. A provider is configured by its secrets; the addresses are for stand-ins and
// gateways. Where a setting may hold several webhook secrets, parted by commas, each is taken: one can be replaced without losing deliveries.
type Providers struct {
	StripeSecretKey      string `env:"MARQUEE_STRIPE_SECRET_KEY" secret:"true" help:"Stripe: secret key; with it cards are taken by Stripe (docs/payment-providers.md)"`
	StripePublishableKey string `env:"MARQUEE_STRIPE_PUBLISHABLE_KEY" help:"Stripe: publishable key, for its script in the browser"`
	StripeWebhookSecret  string `env:"MARQUEE_STRIPE_WEBHOOK_SECRET" secret:"true" help:"Stripe: signing secrets of the webhook <MARQUEE_PUBLIC_URL>/webhooks/stripe, parted by commas"`
	StripeURL            string `env:"MARQUEE_STRIPE_URL" envDefault:"https://api.stripe.com" help:"Stripe: address of the API"`
}

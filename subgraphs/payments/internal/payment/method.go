package payment

import (
	"net/url"
	"strings"

	"marquee/internal/errs"
)

// PaymentProvider is a provider that takes new payments; the GraphQL type.
type PaymentProvider struct { //nolint:revive // the name of the GraphQL type
	Name           string
	Label          string
	Input          PaymentInputKind
	PublishableKey *string
}

// Offers lists the providers that take new payments; the first is the one for a request that names none.
func (s *Payments) Offers() []*PaymentProvider {
	out := []*PaymentProvider{}
	for _, p := range s.providers {
		if o := p.Offer(); o != nil {
			one := &PaymentProvider{Name: p.Name(), Label: o.Label, Input: o.Input}
			if o.PublishableKey != "" {
				one.PublishableKey = &o.PublishableKey
			}
			out = append(out, one)
		}
	}
	return out
}

// method is how a request pays: the provider, and what it needs from the buyer.
type method struct {
	provider  Provider
	offer     *Offer
	card      Card
	token     string
	returnURL string // "" means the booking's checkout page
}

// fingerprint tells two requests' means of payment apart without keeping anything a card could be found from.
func (m method) fingerprint() []string {
	if m.offer.Input == InputCard {
		return []string{m.card.fingerprint()}
	}
	return []string{m.provider.Name(), m.token, m.returnURL}
}

// choose finds the provider for a request and checks that the request has what it needs. Codes: PROVIDER_NOT_CONFIGURED,
// INVALID_PAYMENT_METHOD, INVALID_CARD, INVALID_RETURN_URL.
func (s *Payments) choose(in PayBookingInput) (method, error) {
	var m method
	kind := InputRedirect
	switch {
	case in.Card != nil && in.PaymentMethod != nil:
		return m, errs.New(InvalidPaymentMethod, "Send a card or a payment method, not both.").At("input", "paymentMethod")
	case in.Card != nil:
		kind = InputCard
	case in.PaymentMethod != nil:
		kind = InputToken
	}
	offers := false
	for _, p := range s.providers {
		o := p.Offer()
		if o == nil {
			continue
		}
		offers = true
		if in.Provider != nil && p.Name() == *in.Provider || in.Provider == nil && o.Input == kind {
			m.provider, m.offer = p, o
			break
		}
	}
	switch {
	case m.provider != nil && m.offer.Input == kind:
	case !offers:
		return m, errs.New(ProviderNotConfigured, "This installation has no payment provider yet: only free tickets can be had. Tell the organiser.").At("input", "provider")
	case m.provider == nil && in.Provider != nil:
		return m, errs.New(ProviderNotConfigured, "There is no such payment provider here; paymentProviders lists those there are.").At("input", "provider")
	case m.provider == nil:
		return m, mismatch(kind, "No payment provider here takes that; paymentProviders says what each needs.")
	default:
		return m, mismatch(kind, m.offer.Label+" "+needs[m.offer.Input]+".")
	}
	var err error
	if m.returnURL, err = s.sameOrigin(in.ReturnURL); err != nil {
		return m, err
	}
	switch kind {
	case InputCard:
		m.card, err = in.Card.Check(s.now())
	case InputToken:
		m.token = *in.PaymentMethod
		if len(m.token) > 255 || !plausible(m.token[:min(len(m.token), 100)]) || strings.ContainsFunc(m.token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			err = errs.New(InvalidPaymentMethod, "This cannot be a payment method of the provider.").At("input", "paymentMethod")
		}
	}
	return m, err
}

var needs = map[PaymentInputKind]string{
	InputCard:     "needs a card",
	InputToken:    "needs a payment method that its own script made in the browser",
	InputRedirect: "needs neither card nor payment method: the buyer pays on a page of its own",
}

func mismatch(kind PaymentInputKind, sentence string) error {
	field := map[PaymentInputKind]string{InputCard: "card", InputToken: "paymentMethod", InputRedirect: "provider"}[kind]
	return errs.New(InvalidPaymentMethod, sentence).At("input", field)
}

// sameOrigin makes an absolute address of where the buyer wants to go on: a path, or an address at the public URL. Anything else is
// INVALID_RETURN_URL: a shop must not be a way to send people elsewhere.
func (s *Payments) sameOrigin(in *string) (string, error) {
	if in == nil {
		return "", nil
	}
	refused := errs.New(InvalidReturnURL, "This must be a path, or an address of this shop.").At("input", "returnUrl")
	if len(*in) > 2000 || strings.ContainsFunc(*in, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }) {
		return "", refused
	}
	base, err := url.Parse(s.publicURL)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(*in)
	if err != nil || u.User != nil || u.Opaque != "" {
		return "", refused
	}
	if !strings.HasPrefix(u.Path, "/") && u.Path != "" || u.Host == "" && !strings.HasPrefix(*in, "/") {
		return "", refused
	}
	full := base.ResolveReference(u)
	if full.Scheme != base.Scheme || !strings.EqualFold(full.Host, base.Host) {
		return "", refused
	}
	return full.String(), nil
}

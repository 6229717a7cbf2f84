package payment

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// PaymentConnection is one page of payments; the GraphQL type.
type PaymentConnection = page.Connection[*Payment] //nolint:revive // the name of the GraphQL type

// PaymentEdge is a payment in a connection; the GraphQL type.
type PaymentEdge = page.Edge[*Payment] //nolint:revive // the name of the GraphQL type

func sight(v *viewer.Viewer) Sight { return Sight{UserID: v.ID(), Everything: v.IsAdmin()} }

// shownTo hides from everybody but the buyer where the payment is confirmed.
func (p *Payment) shownTo(v *viewer.Viewer) *Payment {
	if p != nil && p.UserID != v.ID() {
		p.ActionURL = nil
	}
	return p
}

// Payments returns the payments with these ids, in their order: the viewer's own, those of the viewer's events, any for administrators;
// nil at the others' positions.
func (s *Payments) Payments(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Payment, error) {
	out := make([]*Payment, len(ids))
	wanted := known("pay", ids)
	if v == nil || len(wanted) == 0 {
		return out, nil
	}
	found, err := s.store.Seen(ctx, sight(v), wanted)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Payment{}
	for _, p := range found {
		byID[p.ID] = p.shownTo(v)
	}
	s.link(found)
	for i, id := range ids {
		out[i] = byID[id]
	}
	return out, nil
}

// Refunds returns the refunds with these ids, in their order; nil where the viewer may not see the payment.
func (s *Payments) Refunds(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Refund, error) {
	out := make([]*Refund, len(ids))
	wanted := known("ref", ids)
	if v == nil || len(wanted) == 0 {
		return out, nil
	}
	found, err := s.store.SeenRefunds(ctx, sight(v), wanted)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Refund{}
	for _, r := range found {
		byID[r.ID] = r
	}
	for i, id := range ids {
		out[i] = byID[id]
	}
	return out, nil
}

// known keeps the well-formed ids.
func known(prefix string, ids []string) []string {
	var out []string
	for _, s := range ids {
		if id.Is(prefix, s) {
			out = append(out, s)
		}
	}
	return out
}

// Mine returns a page of the viewer's payments, newest first. Codes: UNAUTHENTICATED, INVALID_INPUT.
func (s *Payments) Mine(ctx context.Context, v *viewer.Viewer, first int, after *string) (*PaymentConnection, error) {
	if v == nil {
		return nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	return s.OfUser(ctx, v, &User{ID: v.UserID}, first, after)
}

// parsePage checks the arguments of a list of payments. Its cursor is (createdAt, id).
func parsePage(first int, after *string) (page.Args, error) {
	a, err := page.Parse(first, after, 2)
	if err != nil || a.After == nil {
		return a, err
	}
	at, ok := a.String(0)
	_, err = time.Parse(time.RFC3339Nano, at)
	last, isText := a.String(1)
	if !ok || !isText || err != nil || !id.Is("pay", last) {
		return a, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
	}
	return a, nil
}

func cursorOf(p *Payment) string { return page.Cursor(p.CreatedAt.Format(time.RFC3339Nano), p.ID) }

// TestCards lists the cards of the providers' test modes; none in earnest.
func (s *Payments) TestCards() []*SandboxCard {
	out := []*SandboxCard{}
	for _, p := range s.providers {
		for _, c := range p.TestCards() {
			out = append(out, &c)
		}
	}
	return out
}

package payments

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/service"
	"marquee/internal/viewer"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store"
)

// entities asks for entities as the router does.
func (b *bench) entities(t *testing.T, who *viewer.Viewer, selection string, reps ...map[string]any) []json.RawMessage {
	t.Helper()
	var out struct {
		Entities []json.RawMessage `json:"_entities"`
	}
	b.Do(t, who, `query($reps: [_Any!]!) { _entities(representations: $reps) { __typename `+selection+` } }`, map[string]any{"reps": reps}).Into(t, &out)
	return out.Entities
}

func rep(kind, id string) map[string]any { return map[string]any{"__typename": kind, "id": id} }

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k, p := b.paid(t, 1000)
	r := b.refund(t, b.owner, p.ID, 100, "some-key1").Refund
	for name, test := range map[string]struct {
		who            *viewer.Viewer
		payment, mine  bool
		unauthenticate bool
	}{
		"buyer":          {who: b.buyer, payment: true, mine: true},
		"organiser":      {who: b.owner, payment: true},
		"administrator":  {who: b.admin, payment: true, mine: true},
		"another person": {who: b.other},
		"nobody":         {unauthenticate: true},
	} {
		if got := b.payment(t, test.who, p.ID); (got != nil) != test.payment {
			t.Errorf("%s sees payment %+v", name, got)
		}
		found := b.entities(t, test.who, `... on Payment { id status } ... on Refund { amount { amount } } ... on Booking { payment { id } } ... on User { payments { nodes { id } } }`,
			rep("Payment", p.ID), rep("Refund", r.ID), rep("Booking", k.BookingID), rep("User", b.buyer.UserID))
		see := func(s string) string {
			if test.payment {
				return s
			}
			return "null"
		}
		nodes := "[]"
		if test.mine {
			nodes = `[{"id":"` + p.ID + `"}]`
		}
		for i, want := range []string{
			see(`{"__typename":"Payment","id":"` + p.ID + `","status":"PARTIALLY_REFUNDED"}`),
			see(`{"__typename":"Refund","amount":{"amount":100}}`),
			`{"__typename":"Booking","payment":` + see(`{"id":"`+p.ID+`"}`) + `}`,
			`{"__typename":"User","payments":{"nodes":` + nodes + `}}`,
		} {
			equal(t, name, string(found[i]), want)
		}
	}
	for _, query := range []string{"{ myPayments { nodes { id } } }"} {
		if r := b.Do(t, nil, query, nil); len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
			t.Errorf("%s: %+v", query, r)
		}
	}
}

func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	_, p := b.paid(t, 1000)
	for _, strange := range []string{"", "x", "\x00", "pay_", id.New("usr"), id.New("pay"), strings.Repeat("a", 10_000)} {
		if got := b.payment(t, b.admin, strange); got != nil {
			t.Errorf("%q is %+v", strange, got)
		}
		found := b.entities(t, b.admin, `... on Payment { id } ... on Refund { id } ... on Booking { payment { id } } ... on User { payments { nodes { id } } }`,
			rep("Payment", strange), rep("Payment", p.ID), rep("Refund", strange), rep("Booking", strange), rep("User", strange))
		equal(t, strange, fmt.Sprintf("%s %s %s", found[0], found[1], found[2]), `null {"__typename":"Payment","id":"`+p.ID+`"} null`)
		equal(t, strange, fmt.Sprintf("%s %s", found[3], found[4]), `{"__typename":"Booking","payment":null} {"__typename":"User","payments":{"nodes":[]}}`)
	}
}

func TestThePaymentThatCounts(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 1000)
	counting := func() string {
		return string(b.entities(t, b.buyer, `... on Booking { payment { status booking { payment { status } } } }`, rep("Booking", k.BookingID))[0])
	}
	twice := func(status string) string {
		return `{"__typename":"Booking","payment":{"status":"` + status + `","booking":{"payment":{"status":"` + status + `"}}}}`
	}
	equal(t, "none", counting(), `{"__typename":"Booking","payment":null}`)
	b.pay(t, b.buyer, k.BookingID, declinedCard, "key-one-1")
	equal(t, "declined", counting(), twice("DECLINED"))
	b.pay(t, b.buyer, k.BookingID, secureCard, "key-two-2")
	equal(t, "waits", counting(), twice("REQUIRES_ACTION"))
	b.pay(t, b.buyer, k.BookingID, goodCard, "key-three")
	equal(t, "captured", counting(), twice("CAPTURED"))
}

func TestPages(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	var newest []string
	for range 7 {
		_, p := b.paid(t, 100)
		newest = append([]string{p.ID}, newest...)
	}
	// Two made in the same microsecond must not be lost at the edge of a page.
	if _, err := b.Deps.DB.Exec(t.Context(), "update payment set created_at = (select created_at from payment where id = $1) where id = $2", newest[2], newest[3]); err != nil {
		t.Fatal(err)
	}
	if newest[2] < newest[3] {
		newest[2], newest[3] = newest[3], newest[2]
	}
	var seen []string
	var after any
	for {
		var out struct {
			MyPayments struct {
				Edges    []struct{ Cursor string }
				Nodes    []struct{ ID string }
				PageInfo struct {
					HasNextPage, HasPreviousPage bool
					EndCursor                    *string
				}
			}
		}
		b.Do(t, b.buyer, `query($after: String) { myPayments(first: 3, after: $after) { edges { cursor } nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
			map[string]any{"after": after}).Into(t, &out)
		page := out.MyPayments
		equal(t, "previous page", page.PageInfo.HasPreviousPage, after != nil)
		for _, n := range page.Nodes {
			seen = append(seen, n.ID)
		}
		if !page.PageInfo.HasNextPage {
			equal(t, "last page", len(page.Nodes), 1)
			break
		}
		after = *page.PageInfo.EndCursor
		equal(t, "end cursor", after, page.Edges[2].Cursor)
	}
	if !slices.Equal(seen, newest) {
		t.Errorf("%v, want %v", seen, newest)
	}
	for _, arguments := range []string{`first: 0`, `first: 101`, `after: "x"`, `after: "WzEsMl0"`, `after: "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIngiXQ"`, `after: "WyJ4IiwieCJd"`} {
		if r := b.Do(t, b.buyer, `{ myPayments(`+arguments+`) { nodes { id } } }`, nil); len(r.Errors) != 1 || r.Errors[0].Code != "INVALID_INPUT" {
			t.Errorf("%s: %+v", arguments, r)
		}
	}
}

func TestSandboxCards(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	var out struct {
		SandboxCards []struct{ Number, Behaviour string }
	}
	b.Do(t, nil, `{ sandboxCards { number behaviour } }`, nil).Into(t, &out)
	var numbers []string
	for _, c := range out.SandboxCards {
		numbers = append(numbers, c.Number)
		if c.Behaviour == "" {
			t.Errorf("%s does what?", c.Number)
		}
	}
	for _, number := range []string{goodCard, declinedCard, secureCard, lateCard} {
		if !slices.Contains(numbers, number) {
			t.Errorf("%s is missing in %v", number, numbers)
		}
	}
}

// In earnest nobody gets in with a test card.
func TestSandboxIsClosedInEarnest(t *testing.T) {
	t.Parallel()
	b := start(t, quick, func(c *service.Config) { c.Demo = false })
	k := b.held(t, 1000)
	equal(t, "code", b.pay(t, b.buyer, k.BookingID, goodCard, "some-key1").code(), "PROVIDER_NOT_CONFIGURED")
	equal(t, "cards", string(b.Do(t, nil, `{ sandboxCards { number } }`, nil).Data), `{"sandboxCards":[]}`)
	equal(t, "kept", b.reconcile(t), 0)
}

// counting counts the reads of a store.
type counting struct {
	*store.Store
	reads int
}

func (c *counting) SeenOfBookings(ctx context.Context, s payment.Sight, ids []string) ([]*payment.Payment, error) {
	c.reads++
	return c.Store.SeenOfBookings(ctx, s, ids)
}

// The payments of many bookings, and of the bookings of many payments, are one read each.
func TestBookingsLoadTogether(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	var bookings, payments []string
	for range 5 {
		k, p := b.paid(t, 100)
		bookings, payments = append(bookings, k.BookingID), append(payments, p.ID)
	}
	counted := &counting{Store: b.books}
	domain, err := payment.New(counted, payment.Providers{b.provider(t)}, "", time.Now, quick, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for i, booking := range domain.Bookings(bookings) {
		p, err := domain.OfBooking(t.Context(), b.buyer, booking)
		if err != nil || p == nil || p.ID != payments[i] {
			t.Errorf("%+v: %v", p, err)
		}
	}
	equal(t, "reads", counted.reads, 1)
	mine, err := domain.Mine(t.Context(), b.buyer, 20, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range mine.Nodes() {
		if again, err := domain.OfBooking(t.Context(), b.buyer, p.Booking()); err != nil || again == nil || again.ID != p.ID {
			t.Errorf("%+v: %v", again, err)
		}
	}
	equal(t, "reads", counted.reads, 2)
}

package payments

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/viewer"
)

func replaced(s string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(s) }

// transactions lists "KIND amount fee" of a query's first nodes, and the cursor to go on.
func (b *bench) transactions(t *testing.T, who *viewer.Viewer, field, filter, after string) (lines []string, cursor string, more bool) {
	t.Helper()
	var out map[string]struct {
		Nodes []struct {
			ID, Kind string
			Amount   struct{ Amount int64 }
			Fee      *struct{ Amount int64 }
		}
		PageInfo struct {
			EndCursor   string
			HasNextPage bool
		}
	}
	if after != "" {
		after = fmt.Sprintf("after: %q, ", after)
	}
	b.Do(t, who, fmt.Sprintf(`{ %s(first: 2, %sfilter: {%s}) { nodes { id kind at paymentId bookingId eventId amount { amount } fee { amount } tax { amount } }
		pageInfo { endCursor hasNextPage } } }`, field, after, filter), nil).Into(t, &out)
	for _, n := range out[field].Nodes {
		fee := "hidden"
		if n.Fee != nil {
			fee = fmt.Sprint(n.Fee.Amount)
		}
		lines = append(lines, fmt.Sprintf("%s %d %s", n.Kind, n.Amount.Amount, fee))
	}
	return lines, out[field].PageInfo.EndCursor, out[field].PageInfo.HasNextPage
}

func TestTheHistoryOfMoney(t *testing.T) {
	t.Parallel()
	b := start(t, quick, withFees)
	k, p := b.paid(t, 1000)
	b.paid(t, 2000)
	b.refund(t, b.owner, p.ID, 300, id.New("key"))
	first, cursor, more := b.transactions(t, b.owner, "organizerTransactions", "", "")
	rest, _, last := b.transactions(t, b.owner, "organizerTransactions", "", cursor)
	equal(t, "the organiser's", append(first, rest...), []string{"REFUND -300 -17", "PAYMENT 2000 80", "PAYMENT 1000 55"})
	equal(t, "pages", []bool{more, last}, []bool{true, false})
	mine, _, _ := b.transactions(t, b.buyer, "myTransactions", fmt.Sprintf("bookingId: %q", k.BookingID), "")
	equal(t, "the buyer's of one booking", mine, []string{"REFUND -300 hidden", "PAYMENT 1000 hidden"})
	kind, _, _ := b.transactions(t, b.owner, "organizerTransactions", fmt.Sprintf("kinds: [REFUND], eventId: %q", k.EventID), "")
	equal(t, "by kind and event", kind, []string{"REFUND -300 -17"})
	later := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	for who, filter := range map[*viewer.Viewer]string{b.other: "", b.owner: fmt.Sprintf("from: %q", later)} {
		none, _, _ := b.transactions(t, who, "organizerTransactions", filter, "")
		equal(t, "others", len(none), 0)
	}
	for _, document := range []string{"{ organizerTransactions { nodes { id } } }", `{ payoutReport(from: "2020-01-01T00:00:00Z", before: "2020-01-01T00:00:00Z") { currency } }`} {
		if r := b.Do(t, b.buyer, document, nil); len(r.Errors) != 1 || r.Errors[0].Code != "FORBIDDEN" {
			t.Errorf("%+v", r)
		}
	}
}

func TestThePayoutReport(t *testing.T) {
	t.Parallel()
	b := start(t, quick, withFees)
	k, p := b.paid(t, 1000)
	b.paid(t, 2000)
	b.refund(t, b.owner, p.ID, 300, id.New("key"))
	type amount struct{ Amount int64 }
	type takings struct{ Gross, Refunds, Disputes, Fees, Tax, Net amount }
	report := func(who *viewer.Viewer, of any) []struct {
		Currency string
		Takings  takings
		Balance  amount
		Events   []struct {
			EventID string
			Takings takings
		}
	} {
		var out struct {
			PayoutReport []struct {
				Currency string
				Takings  takings
				Balance  amount
				Events   []struct {
					EventID string
					Takings takings
				}
			}
		}
		const money = "{ gross { amount } refunds { amount } disputes { amount } fees { amount } tax { amount } net { amount } }"
		b.Do(t, who, `query($from: DateTime!, $before: DateTime!, $of: ID) { payoutReport(from: $from, before: $before, organizerId: $of) {
			currency takings `+money+` balance { amount } events { eventId takings `+money+` } } }`,
			map[string]any{"from": time.Now().Add(-time.Hour), "before": time.Now().Add(time.Hour), "of": of}).Into(t, &out)
		return out.PayoutReport
	}
	got := report(b.owner, nil)
	if len(got) != 1 || len(got[0].Events) != 2 {
		t.Fatalf("%+v", got)
	}
	equal(t, "takings", got[0].Takings, takings{amount{3000}, amount{300}, amount{0}, amount{118}, amount{0}, amount{2582}})
	equal(t, "balance", got[0].Balance.Amount, 2582)
	equal(t, "the second event", []any{got[0].Events[1].EventID, got[0].Events[1].Takings.Net.Amount}, []any{k.EventID, 1000 - 300 - 38})
	equal(t, "by the administrator", len(report(b.admin, b.owner.UserID)), 1)
	equal(t, "another's", len(report(b.other, nil)), 0)
	b.reconcile(t)
}

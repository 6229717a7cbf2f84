package payments

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/payments/internal/payment"
)

// differences runs a reconciliation some time later, with the providers themselves, and returns what it found: "KIND subject ours theirs healed".
func (b *bench) differences(t *testing.T, later time.Duration) []string {
	t.Helper()
	p, err := payment.New(b.books, b.open(t, time.Now), b.Deps.PublicURL, in(later), quick, b.Deps.Log)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Reconcile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, d := range r.Differences {
		out = append(out, fmt.Sprintf("%s %s %d %d %v", d.Kind, d.Subject, d.Ours, d.Theirs, d.Healed))
	}
	slices.Sort(out)
	return out
}

const unlocked = "set local session_replication_role = replica; " // lets a test forge books that triggers and keys would refuse

func (b *bench) forge(t *testing.T, sql string) {
	t.Helper()
	if _, err := b.Deps.DB.Exec(t.Context(), "begin; "+unlocked+sql+"; commit"); err != nil {
		t.Fatal(err)
	}
}

func TestReconciliationFindsNothingInGoodBooks(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k, p := b.paid(t, 1000)
	b.Deliver(t, contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID})
	b.refund(t, b.owner, p.ID, 300, id.New("key"))
	equal(t, "differences", b.differences(t, time.Hour), []string{})
	equal(t, "lines compared", b.number(t, "select checked from reconciliation"), 2)
}

func TestReconciliationFindsEveryKind(t *testing.T) {
	t.Parallel()
	for kind, test := range map[payment.DifferenceKind]struct {
		forge string // over a confirmed payment of 1000 of which 300 went back; $PAY and $REF are their ids
		want  []string
	}{
		payment.MissingHere: {
			`insert into sandbox.charge select 'pay_x', request_hash, amount, currency, brand, last_four, description, state, decline_reason, decides_at, challenge, return_url, 0, created_at from sandbox.charge;
			insert into sandbox.log (at, what, charge_key, moved, currency) select at, what, 'pay_x', moved, currency from sandbox.log where what = 'CAPTURED'`,
			[]string{"MISSING_HERE pay_x 0 1000 false"},
		},
		payment.MissingThere: {
			"delete from sandbox.log where what = 'CAPTURED'", []string{"MISSING_THERE $PAY 1000 0 false"},
		},
		payment.AmountDiffers: {
			"update sandbox.log set moved = 900 where what = 'CAPTURED'", []string{"AMOUNT_DIFFERS $PAY 1000 900 false"},
		},
		payment.CapturedTwice: {
			"insert into sandbox.log (at, what, charge_key, moved, currency) select at, what, charge_key, moved, currency from sandbox.log where what = 'CAPTURED'",
			[]string{"CAPTURED_TWICE $PAY 1000 1000 false"},
		},
		payment.RefundMissingHere: {
			"insert into sandbox.log (at, what, charge_key, refund_key, moved, currency) select at, what, charge_key, 'ref_x', moved, currency from sandbox.log where what = 'REFUNDED'",
			[]string{"REFUND_MISSING_HERE ref_x 0 300 false"},
		},
		payment.RefundMissingThere: {
			"delete from sandbox.log where what = 'REFUNDED'", []string{"REFUND_MISSING_THERE $REF 300 0 false"},
		},
		payment.RefundedTwice: {
			"insert into sandbox.log (at, what, charge_key, refund_key, moved, currency) select at, what, charge_key, refund_key, moved, currency from sandbox.log where what = 'REFUNDED'",
			[]string{"REFUNDED_TWICE $REF 300 300 false"},
		},
		payment.Unresolved: {
			"update payable set state = 'EXPIRED'", []string{"UNRESOLVED $PAY 700 0 false"},
		},
		payment.LostTwice: {
			`insert into dispute values ('dsp_x', '$PAY', 'x', 'LOST', 900, 'EUR', 'fraud', now(), now())`, []string{"LOST_TWICE $PAY 1000 1200 false"},
		},
		payment.LedgerDiffers: {
			"delete from ledger_transfer where kind = 'REFUND'", []string{"LEDGER_DIFFERS provider:sandbox:EUR 700 1000 false"},
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			b := start(t, quick)
			k, p := b.paid(t, 1000)
			b.Deliver(t, contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID})
			r := b.refund(t, b.owner, p.ID, 300, id.New("key"))
			b.forge(t, replaced(test.forge, "$PAY", p.ID))
			for i, want := range test.want {
				test.want[i] = replaced(want, "$PAY", p.ID, "$REF", r.Refund.ID)
			}
			equal(t, "differences", b.differences(t, time.Hour), test.want)
		})
	}
}

// What the provider knows and we do not is asked for again: lost answers heal by themselves.
func TestReconciliationHeals(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	p, request := b.begin(t, b.held(t, 1000), goodCard)
	if _, err := b.provider(t).Charge(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	_, paid := b.paid(t, 500)
	b.faults.set(nil, fmt.Errorf("connection reset"))
	torn := b.refund(t, b.owner, paid.ID, 200, id.New("key"))
	b.faults.set(nil, nil)
	want := []string{"MISSING_HERE " + p.ID + " 0 1000 true", "REFUND_MISSING_HERE " + torn.Refund.ID + " 0 200 true"}
	equal(t, "differences", b.differences(t, time.Minute), want)
	equal(t, "afterwards", b.differences(t, time.Minute), []string{})
	equal(t, "kept", b.reconcile(t), 1300)
}

func TestReconciliationIsForAdministrators(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	b.paid(t, 1000)
	for who, code := range map[*viewer.Viewer]errs.Code{nil: errs.Unauthenticated, b.buyer: errs.Forbidden, b.owner: errs.Forbidden} {
		for _, document := range []string{"mutation { runReconciliation { at } }", "{ reconciliationReport { at } }"} {
			if r := b.Do(t, who, document, nil); len(r.Errors) != 1 || r.Errors[0].Code != string(code) {
				t.Errorf("%+v, want %s", r.Errors, code)
			}
		}
	}
	var out struct {
		RunReconciliation, ReconciliationReport *struct {
			Checked     int
			Differences []struct{ Kind, Subject string }
		}
	}
	b.Do(t, b.admin, "{ reconciliationReport { checked } }", nil).Into(t, &out)
	equal(t, "before the first", out.ReconciliationReport == nil, true)
	b.Do(t, b.admin, "mutation { runReconciliation { at from before checked differences { kind provider subject ours theirs healed } } }", nil).Into(t, &out)
	b.Do(t, b.admin, "{ reconciliationReport { checked differences { kind subject } } }", nil).Into(t, &out)
	if out.ReconciliationReport == nil || len(out.ReconciliationReport.Differences) != len(out.RunReconciliation.Differences) {
		t.Errorf("%+v", out)
	}
}

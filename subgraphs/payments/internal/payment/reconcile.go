package payment

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/money"
	"marquee/internal/viewer"
)

// Bookkeeper is a provider that can list what moved, for reconciliation.
type Bookkeeper interface {
	Name() string
	// ToldAfter is how late a movement may come into the statement.
	ToldAfter() time.Duration
	// Statement lists every movement of the period that a payment of the platform is known for, in any order. An error of each ends it.
	Statement(ctx context.Context, from, before time.Time, each func(StatementLine) error) error
}

// StatementLine is one movement in a provider's books. RefundKey is empty for a capture.
type StatementLine struct {
	ChargeKey, RefundKey string
	Amount               money.Money // more than zero, also for a refund
	At                   time.Time
}

// DifferenceKind says how books differ; the GraphQL enum.
type DifferenceKind string

// The kinds of differences.
const (
	MissingHere        DifferenceKind = "MISSING_HERE"
	MissingThere       DifferenceKind = "MISSING_THERE"
	AmountDiffers      DifferenceKind = "AMOUNT_DIFFERS"
	CapturedTwice      DifferenceKind = "CAPTURED_TWICE"
	RefundMissingHere  DifferenceKind = "REFUND_MISSING_HERE"
	RefundMissingThere DifferenceKind = "REFUND_MISSING_THERE"
	RefundedTwice      DifferenceKind = "REFUNDED_TWICE"
	Unresolved         DifferenceKind = "UNRESOLVED"
	LedgerDiffers      DifferenceKind = "LEDGER_DIFFERS"
	LostTwice          DifferenceKind = "LOST_TWICE"
)

// Difference is one of them. Amounts are in minor units.
type Difference struct {
	Kind     DifferenceKind `json:"kind"`
	Provider string         `json:"provider"`
	Subject  string         `json:"subject"` // id of the payment or refund, or an account of the ledger
	Ours     int64          `json:"ours"`
	Theirs   int64          `json:"theirs"`
	Healed   bool           `json:"healed"`
}

// ReconciliationReport is what one comparison found.
type ReconciliationReport struct {
	At, From, Before time.Time
	Checked          int
	Differences      []*Difference
}

// Entry is a captured payment or a refund that succeeded, as our books have it: Done is false for one that is not there yet.
type Entry struct {
	ID     string
	Amount money.Money
	Done   bool
}

// Books is our side of a reconciliation.
type Books interface {
	// Captures returns payments of a provider: those with these ids, and all captured in the period. Refunds does the same for refunds.
	Captures(ctx context.Context, provider string, ids []string, from, before time.Time) ([]Entry, error)
	Refunds(ctx context.Context, provider string, ids []string, from, before time.Time) ([]Entry, error)
	// Unsettled returns payments captured before an instant whose booking is neither confirmed nor refunded, and LedgerErrors what the
	// ledger says otherwise than the payments; each at most 1,000.
	Unsettled(ctx context.Context, before time.Time) ([]*Difference, error)
	LedgerErrors(ctx context.Context) ([]*Difference, error)
	// LostTwice returns payments of which refunds and lost disputes together took more than was paid, at most 1,000.
	LostTwice(ctx context.Context, since time.Time) ([]*Difference, error)
	SaveReport(ctx context.Context, r *ReconciliationReport) error
	LastReport(ctx context.Context) (*ReconciliationReport, error)
}

const (
	statementPeriod = 48 * time.Hour
	clocksDiffer    = 5 * time.Minute  // by how much a provider's time of a movement may differ from ours
	resolvedWithin  = 15 * time.Minute // a captured payment confirms its booking or goes back by then
	mostDifferences = 1000
)

// Reconcile compares what the providers say they moved in the last two days with our books, asks again about what they know and we do
// not, and keeps the report.
func (s *Payments) Reconcile(ctx context.Context) (*ReconciliationReport, error) {
	now := s.now()
	r := &ReconciliationReport{At: now, From: now.Add(-statementPeriod), Before: now, Differences: []*Difference{}}
	for _, p := range s.providers {
		if keeper, ok := p.(Bookkeeper); ok {
			if err := s.compare(ctx, r, keeper); err != nil {
				return nil, fmt.Errorf("statement of %s: %w", keeper.Name(), err)
			}
		}
	}
	for _, look := range []func() ([]*Difference, error){
		func() ([]*Difference, error) { return s.booksOf.Unsettled(ctx, now.Add(-resolvedWithin)) },
		func() ([]*Difference, error) { return s.booksOf.LedgerErrors(ctx) },
		func() ([]*Difference, error) { return s.booksOf.LostTwice(ctx, r.From) },
	} {
		found, err := look()
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			r.add(*d)
		}
	}
	for _, d := range r.Differences {
		s.log.ErrorContext(ctx, "reconciliation found a difference", "kind", d.Kind, "provider", d.Provider, "subject", d.Subject,
			"ours", d.Ours, "theirs", d.Theirs, "healed", d.Healed)
	}
	return r, s.booksOf.SaveReport(ctx, r)
}

func (r *ReconciliationReport) add(d Difference) {
	if len(r.Differences) < mostDifferences {
		r.Differences = append(r.Differences, &d)
	}
}

// Open is how many differences are not healed.
func (r *ReconciliationReport) Open() int {
	n := 0
	for _, d := range r.Differences {
		if !d.Healed {
			n++
		}
	}
	return n
}

// compare reads one provider's statement and compares captures and refunds.
func (s *Payments) compare(ctx context.Context, r *ReconciliationReport, keeper Bookkeeper) error {
	var captures, refunds []StatementLine
	err := keeper.Statement(ctx, r.From, r.Before, func(l StatementLine) error {
		if r.Checked++; l.RefundKey == "" {
			captures = append(captures, l)
		} else {
			refunds = append(refunds, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	side := comparison{
		report: r, provider: keeper.Name(), late: keeper.ToldAfter(), twice: CapturedTwice, here: MissingHere, there: MissingThere, ours: s.booksOf.Captures,
		heal: func(id string) error { _, err := s.Settle(ctx, id); return err },
	}
	if err := side.run(ctx, captures, func(l StatementLine) string { return l.ChargeKey }); err != nil {
		return err
	}
	side.twice, side.here, side.there, side.ours = RefundedTwice, RefundMissingHere, RefundMissingThere, s.booksOf.Refunds
	side.heal = func(id string) error { _, err := s.RunRefund(ctx, id); return err }
	return side.run(ctx, refunds, func(l StatementLine) string { return l.RefundKey })
}

// comparison is captures or refunds of one provider.
type comparison struct {
	report             *ReconciliationReport
	provider           string
	late               time.Duration // how late the provider may tell
	twice, here, there DifferenceKind
	ours               func(ctx context.Context, provider string, ids []string, from, before time.Time) ([]Entry, error)
	heal               func(id string) error
}

func (c comparison) run(ctx context.Context, lines []StatementLine, key func(StatementLine) string) error {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = key(l)
	}
	entries, err := c.known(ctx, ids)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, l := range lines {
		e, there := entries[ids[i]]
		d := Difference{Provider: c.provider, Subject: ids[i], Theirs: l.Amount.Amount}
		if there && e.Done {
			d.Ours = e.Amount.Amount
		}
		switch {
		case seen[ids[i]]:
			d.Kind = c.twice
		case !e.Done:
			if d.Kind = c.here; there {
				d.Healed = c.healed(ctx, ids[i])
			}
		case e.Amount != l.Amount:
			d.Kind = AmountDiffers
		}
		if seen[ids[i]] = true; d.Kind != "" {
			c.report.add(d)
		}
	}
	// What we did near the ends of the period may stand on the other side of them at the provider.
	within, err := c.ours(ctx, c.provider, nil, c.report.From.Add(clocksDiffer), c.report.Before.Add(-clocksDiffer-c.late))
	if err != nil {
		return err
	}
	for _, e := range within {
		if !seen[e.ID] {
			c.report.add(Difference{Kind: c.there, Provider: c.provider, Subject: e.ID, Ours: e.Amount.Amount})
		}
	}
	return nil
}

// known returns our entries of these ids.
func (c comparison) known(ctx context.Context, ids []string) (map[string]Entry, error) {
	found, err := c.ours(ctx, c.provider, ids, time.Time{}, time.Time{})
	out := make(map[string]Entry, len(found))
	for _, e := range found {
		out[e.ID] = e
	}
	return out, err
}

// healed asks the provider again about one entry and says whether our books have it then.
func (c comparison) healed(ctx context.Context, id string) bool {
	if c.heal(id) != nil {
		return false
	}
	now, err := c.known(ctx, []string{id})
	return err == nil && now[id].Done
}

// ReconciliationReport returns the last report, nil before the first. Codes: UNAUTHENTICATED, FORBIDDEN.
func (s *Payments) ReconciliationReport(ctx context.Context, v *viewer.Viewer) (*ReconciliationReport, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	return s.booksOf.LastReport(ctx)
}

// RunReconciliation is Reconcile for an administrator. Codes: UNAUTHENTICATED, FORBIDDEN.
func (s *Payments) RunReconciliation(ctx context.Context, v *viewer.Viewer) (*ReconciliationReport, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	return s.Reconcile(ctx)
}

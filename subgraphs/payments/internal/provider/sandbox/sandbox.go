// Package sandbox is a payment provider that moves no money and otherwise behaves as one: it keeps its own durable books (schema sandbox),
// knows every call by its key, asks for the bank's confirmation on a page of its own, answers slowly or late when told to by the card,
// and logs every movement. Its log is what the platform's books are reconciled with.
package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

// Name is the provider's registered name.
const Name = "sandbox"

// Options of a sandbox.
type Options struct {
	PublicURL string           // where people reach the platform, without a slash at the end
	Now       func() time.Time // the provider's clock
	Slow      time.Duration    // how long the slow card takes; 0 means 5 s
	Late      time.Duration    // when the late card is captured; 0 means 11 minutes, after any hold
	Dispute   time.Duration    // when a disputed card's charge is disputed, and how long the dispute is open; 0 means 15 s
	Log       *slog.Logger
	// Closed takes no new charges and shows no test cards: for an installation in earnest, where nobody shall get in with a test card.
	// What was charged before goes on.
	Closed bool
	// Changed is told when a charge changed outside a call of the platform: what a webhook is for other providers. It may be nil.
	Changed func(ctx context.Context, key string)
}

// Sandbox implements payment.Provider.
type Sandbox struct {
	pool *pgxpool.Pool
	o    Options
}

var _ payment.Provider = (*Sandbox)(nil)

// New returns the sandbox on a database that has its schema.
func New(pool *pgxpool.Pool, o Options) *Sandbox {
	if o.Slow == 0 {
		o.Slow = 5 * time.Second
	}
	if o.Late == 0 {
		o.Late = 11 * time.Minute
	}
	if o.Dispute == 0 {
		o.Dispute = 15 * time.Second
	}
	if o.Changed == nil {
		o.Changed = func(context.Context, string) {}
	}
	now := o.Now
	o.Now = func() time.Time { return now().UTC().Truncate(time.Microsecond) } // as the database keeps it
	return &Sandbox{pool: pool, o: o}
}

// Name implements payment.Provider.
func (s *Sandbox) Name() string { return Name }

// Offer implements payment.Provider.
func (s *Sandbox) Offer() *payment.Offer {
	if s.o.Closed {
		return nil
	}
	return &payment.Offer{Label: "Card (sandbox)", Input: payment.InputCard}
}

// Charge implements payment.Provider.
func (s *Sandbox) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
	if s.o.Closed {
		return payment.Charge{}, fmt.Errorf("%w: the sandbox is closed, and no other provider is configured", payment.ErrUnavailable)
	}
	hash := hashOf(r)
	first := s.start(r, hash)
	var c db.SandboxCharge
	err := s.locked(ctx, func(q *db.Queries) error {
		n, err := q.InsertCharge(ctx, first)
		if err != nil {
			return err
		}
		if n == 1 {
			if err := s.log(ctx, q, first.State, r.Key, nil, movement(first.State, r.Amount.Amount), r.Amount.Currency); err != nil {
				return err
			}
		}
		if c, err = q.LockCharge(ctx, r.Key); err != nil {
			return err
		}
		if len(c.RequestHash) > 0 && string(c.RequestHash) != string(hash) {
			return payment.ErrKeyReused
		}
		c, err = s.ripen(ctx, q, c)
		return err
	})
	if err != nil {
		return payment.Charge{}, err
	}
	switch kind := behaviourOf(r.Card.Number()).kind; {
	case kind == payment.CardTimesOut:
		return payment.Charge{}, errLost
	case c.State != pending || kind != payment.CardIsSlow:
		return s.answer(c), nil
	}
	// The slow card: the answer comes within the call, unless the caller loses patience.
	t := time.NewTimer(c.DecidesAt.Sub(s.o.Now()))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return payment.Charge{}, ctx.Err()
	case <-t.C:
	}
	return s.ChargeByKey(ctx, r.ChargeRef)
}

var errLost = errors.New("sandbox: the answer was lost on its way, as the card asks for")

// start is what becomes of a request at first, by its card.
func (s *Sandbox) start(r payment.ChargeRequest, hash []byte) db.InsertChargeParams {
	now := s.o.Now()
	p := db.InsertChargeParams{
		Key: r.Key, RequestHash: hash, Amount: r.Amount.Amount, Currency: r.Amount.Currency, Brand: r.Card.Brand, LastFour: r.Card.LastFour,
		Description: r.Description, ReturnUrl: r.ReturnURL, CreatedAt: now, State: captured,
	}
	switch b := behaviourOf(r.Card.Number()); b.kind {
	case payment.CardIsDeclined:
		p.State, p.DeclineReason = declined, &b.reason
	case payment.CardChallenges:
		challenge := rand.Text()
		p.State, p.Challenge = requiresAction, &challenge
	case payment.CardIsSlow:
		at := now.Add(s.o.Slow)
		p.State, p.DecidesAt = pending, &at
	case payment.CardIsLate:
		at := now.Add(s.o.Late)
		p.State, p.DecidesAt = pending, &at
	case payment.CardDisputeLost, payment.CardDisputeWon:
		from, until, won := now.Add(s.o.Dispute), now.Add(2*s.o.Dispute), b.kind == payment.CardDisputeWon
		p.DisputedAt, p.DisputeEnds, p.DisputeWon = &from, &until, &won
	}
	return p
}

// ChargeByKey implements payment.Provider.
func (s *Sandbox) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	return s.change(ctx, r.Key, s.ripen)
}

// Abandon implements payment.Provider. A charge that never came leaves a row behind that refuses it from then on.
func (s *Sandbox) Abandon(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	key := r.Key
	var out payment.Charge
	err := s.locked(ctx, func(q *db.Queries) error {
		never := "The payment was interrupted before it began; nothing was taken."
		n, err := q.InsertCharge(ctx, db.InsertChargeParams{
			Key: key, RequestHash: []byte{}, Currency: "XTS", State: declined, DeclineReason: &never, CreatedAt: s.o.Now(),
		})
		if err != nil {
			return err
		}
		c, err := q.LockCharge(ctx, key)
		if err != nil {
			return err
		}
		if n == 1 {
			out = s.answer(c)
			return s.log(ctx, q, abandoned, key, nil, 0, c.Currency)
		}
		if c, err = s.ripen(ctx, q, c); err != nil {
			return err
		}
		if c.State == pending || c.State == requiresAction {
			c, err = s.decide(ctx, q, c, declined, abandoned, "The payment was not confirmed in time; nothing was taken.")
		}
		out = s.answer(c)
		return err
	})
	return out, err
}

// Refund implements payment.Provider.
func (s *Sandbox) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	return s.locked(ctx, func(q *db.Queries) error {
		c, err := q.LockCharge(ctx, r.Charge.Key) // before the look for the key: one at a time
		if errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("%w: there is no such charge", payment.ErrRefused)
		}
		if err != nil {
			return err
		}
		known, err := q.RefundByKey(ctx, r.Key)
		if err == nil {
			if known.ChargeKey != r.Charge.Key || known.Amount != r.Amount.Amount || c.Currency != r.Amount.Currency {
				return payment.ErrKeyReused
			}
			return nil
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		switch {
		case disputed(c, s.o.Now()):
			return fmt.Errorf("%w: the charge is disputed", payment.ErrRefused)
		case c.State != captured:
			return fmt.Errorf("%w: the charge is not captured", payment.ErrRefused)
		case c.Currency != r.Amount.Currency:
			return fmt.Errorf("%w: the charge is in %s", payment.ErrRefused, c.Currency)
		case r.Amount.Amount <= 0 || r.Amount.Amount > c.Amount-c.Refunded:
			return fmt.Errorf("%w: more than is left", payment.ErrRefused)
		}
		if err := q.AddRefunded(ctx, r.Amount.Amount, r.Charge.Key); err != nil {
			return err
		}
		if err := q.InsertRefund(ctx, db.InsertRefundParams{
			Key: r.Key, ChargeKey: r.Charge.Key, Amount: r.Amount.Amount, CreatedAt: s.o.Now(),
		}); err != nil {
			return err
		}
		return s.log(ctx, q, refunded, r.Charge.Key, &r.Key, -r.Amount.Amount, c.Currency)
	})
}

// locked runs fn in a transaction. When not even that can be begun, nothing was: ErrUnavailable.
func (s *Sandbox) locked(ctx context.Context, fn func(q *db.Queries) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return errors.Join(payment.ErrUnavailable, err)
	}
	if err := fn(db.New(tx)); err != nil {
		_ = tx.Rollback(context.WithoutCancel(ctx))
		return pg.Translate(err)
	}
	return pg.Translate(tx.Commit(ctx))
}

func hashOf(r payment.ChargeRequest) []byte {
	h := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %s %d/%d", r.Amount.Amount, r.Amount.Currency, r.Card.Brand, r.Card.LastFour, r.Card.Month, r.Card.Year))
	return h[:]
}

func movement(state string, amount int64) int64 {
	if state == captured {
		return amount
	}
	return 0
}

func (s *Sandbox) answer(c db.SandboxCharge) payment.Charge {
	out := payment.Charge{Key: c.Key, State: payment.PaymentStatus(c.State), Amount: money.Of(c.Amount, c.Currency)}
	if len(c.RequestHash) == 0 {
		out.Amount = money.Money{}
	}
	if c.State == requiresAction {
		out.ActionURL = s.o.PublicURL + pagePath + *c.Challenge
	}
	if c.DisputeEnds != nil {
		out.WatchUntil = c.DisputeEnds.Add(s.o.Dispute)
	}
	if c.DeclineReason != nil {
		out.DeclineReason = *c.DeclineReason
	}
	return out
}

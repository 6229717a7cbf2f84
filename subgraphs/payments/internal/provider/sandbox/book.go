package sandbox

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

// States of a charge, and what else the log tells of.
const (
	pending        = "PENDING"
	requiresAction = "REQUIRES_ACTION"
	captured       = "CAPTURED"
	declined       = "DECLINED"
	abandoned      = "ABANDONED"
	refunded       = "REFUNDED"
)

// change locks a charge, lets fn change it, and answers how it stands then.
func (s *Sandbox) change(ctx context.Context, key string,
	fn func(context.Context, *db.Queries, db.SandboxCharge) (db.SandboxCharge, error),
) (payment.Charge, error) {
	var out payment.Charge
	err := s.locked(ctx, func(q *db.Queries) error {
		c, err := q.LockCharge(ctx, key)
		if errors.Is(err, pgx.ErrNoRows) {
			return payment.ErrUnknownCharge
		}
		if err != nil {
			return err
		}
		c, err = fn(ctx, q, c)
		out = s.answer(c)
		return err
	})
	return out, err
}

// ripen captures a PENDING charge whose time has come.
func (s *Sandbox) ripen(ctx context.Context, q *db.Queries, c db.SandboxCharge) (db.SandboxCharge, error) {
	if c.State != pending || s.o.Now().Before(*c.DecidesAt) {
		return c, nil
	}
	return s.decide(ctx, q, c, captured, captured, "")
}

// decide gives a locked charge its final state and logs it.
func (s *Sandbox) decide(ctx context.Context, q *db.Queries, c db.SandboxCharge, state, what, reason string) (db.SandboxCharge, error) {
	c.State, c.DeclineReason = state, nil
	if state == declined {
		c.DeclineReason = &reason
	}
	if err := q.DecideCharge(ctx, db.DecideChargeParams{Key: c.Key, State: c.State, DeclineReason: c.DeclineReason}); err != nil {
		return c, err
	}
	return c, s.log(ctx, q, what, c.Key, nil, movement(state, c.Amount), c.Currency)
}

func (s *Sandbox) log(ctx context.Context, q *db.Queries, what, chargeKey string, refundKey *string, moved int64, currency string) error {
	return q.Log(ctx, db.LogParams{At: s.o.Now(), What: what, ChargeKey: chargeKey, RefundKey: refundKey, Moved: moved, Currency: currency})
}

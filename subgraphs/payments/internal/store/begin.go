package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/crash"
	"marquee/internal/errs"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Settle is the job that finishes a payment.
type Settle struct {
	PaymentID string `json:"paymentId"`
}

// Kind implements river.JobArgs.
func (Settle) Kind() string { return "payments.settle" }

// Begin implements payment.Store. The payable's row lock lets one attempt a booking through at a time, and keeps the booking's own news
// out meanwhile; the unique indexes hold even without it.
func (s *Store) Begin(ctx context.Context, a payment.Attempt) (payment.Begun, error) {
	begun, err := s.begin(ctx, a)
	if pg.Violates(err, "payment_by_key") {
		// The same key came for another booking at the same moment and was faster.
		begun = payment.Begun{}
		begun.Payment, begun.Hash, err = s.Attempt(ctx, a.UserID, a.Key)
	}
	crash.At("payment/pending")
	return begun, pg.Translate(err)
}

func (s *Store) begin(ctx context.Context, a payment.Attempt) (payment.Begun, error) {
	var begun payment.Begun
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := db.New(tx)
		row, err := q.LockPayable(ctx, a.BookingID)
		if errors.Is(err, pgx.ErrNoRows) {
			return errs.New(payment.BookingNotFound, "You have no such booking.").At("input", "bookingId")
		}
		if err != nil {
			return err
		}
		if begun.Payment, begun.Hash, err = attempt(ctx, tx, a.UserID, a.Key); err != nil || begun.Payment != nil {
			return err
		}
		payable := payableOf(row)
		if err := payable.Admit(a.UserID, a.At); err != nil {
			return err
		}
		live, err := q.LivePayment(ctx, a.BookingID)
		if err == nil {
			begun.Blocking, err = withRefunds(ctx, tx, live)
			return err
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := q.InsertPayment(ctx, db.InsertPaymentParams{
			ID: a.ID, BookingID: a.BookingID, UserID: a.UserID, EventID: payable.EventID, OrganizerID: payable.OrganizerID,
			Provider: a.Provider, Brand: a.Brand, LastFour: a.LastFour, Description: payable.Description, ReturnUrl: a.ReturnURL,
			Amount: payable.Amount.Amount, Currency: payable.Amount.Currency,
			IdempotencyKey: a.Key, RequestHash: a.Hash, CreatedAt: a.At,
		}); err != nil {
			return err
		}
		if err := s.jobs.Insert(ctx, tx, Settle{PaymentID: a.ID}, when(a.At, a.SettleAfter)); err != nil {
			return err
		}
		inserted, err := q.PaymentByID(ctx, a.ID)
		if err != nil {
			return err
		}
		begun.Payment, begun.Hash, begun.Fresh = paymentOf(inserted), a.Hash, true
		return nil
	})
	return begun, err
}

// when schedules a job. Without a wait it must not name a time: River lets a job with a time, even a past one, wait for its next round.
func when(at time.Time, wait time.Duration) *river.InsertOpts {
	if wait <= 0 {
		return nil
	}
	return &river.InsertOpts{ScheduledAt: at.Add(wait)}
}

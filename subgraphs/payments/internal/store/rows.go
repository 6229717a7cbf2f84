package store

import (
	"context"
	"time"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

func payableOf(r db.Payable) payment.Payable {
	return payment.Payable{
		BookingID: r.BookingID, UserID: r.UserID, EventID: r.EventID, OrganizerID: r.OrganizerID, Amount: money.Of(r.Amount, r.Currency),
		Description: r.Description, HoldExpiresAt: r.HoldExpiresAt, State: payment.PayableState(r.State), Revision: int(r.Revision),
		Reference: r.Reference, EventTitle: r.EventTitle, EventStartsAt: orZero(r.EventStartsAt), EventTimeZone: r.EventTimeZone, Venue: r.Venue, Lines: r.Lines,
		AnswersMissing: r.AnswersMissing,
	}
}

func paymentOf(r db.Payment) *payment.Payment {
	return &payment.Payment{
		ID: r.ID, BookingID: r.BookingID, UserID: r.UserID, EventID: r.EventID, OrganizerID: r.OrganizerID, Provider: r.Provider,
		Brand: r.Brand, LastFour: r.LastFour, Status: payment.PaymentStatus(r.Status), Amount: money.Of(r.Amount, r.Currency),
		Refunding: r.Refunding, Refunded: money.Of(r.Refunded, r.Currency), ActionURL: r.ActionUrl, DeclineCode: r.DeclineCode,
		DeclineReason: r.DeclineReason, Refunds: []*payment.Refund{}, CreatedAt: r.CreatedAt, CapturedAt: r.CapturedAt,
		Fee: r.Fee, Tax: r.Tax, Lines: r.Lines, Kept: r.Kept, KeptNet: r.KeptNet,
		Description: r.Description, ReturnURL: r.ReturnUrl, Reference: value(r.Reference), Disputed: r.Disputed, WatchUntil: r.WatchUntil,
	}
}

func disputeOf(r db.Dispute) *payment.Dispute {
	return &payment.Dispute{
		ID: r.ID, PaymentID: r.PaymentID, Reference: r.Reference, Status: payment.DisputeStatus(r.Status), Amount: money.Of(r.Amount, r.Currency),
		Reason: r.Reason, OpenedAt: r.OpenedAt, ClosedAt: r.ClosedAt,
	}
}

func refundOf(r db.Refund) *payment.Refund {
	return &payment.Refund{
		ID: r.ID, PaymentID: r.PaymentID, Status: payment.RefundStatus(r.Status), Amount: money.Of(r.Amount, r.Currency),
		Reason: payment.RefundReason(r.Reason), Lines: r.Lines, Attempts: int(r.Attempts), CreatedAt: r.CreatedAt, CompletedAt: r.CompletedAt,
	}
}

// allWithRefunds turns rows into payments, with the refunds of all in one query, and the disputes in another.
func allWithRefunds(ctx context.Context, d db.DBTX, rows []db.Payment) ([]*payment.Payment, error) {
	out := make([]*payment.Payment, len(rows))
	byID := make(map[string]*payment.Payment, len(rows))
	var refunded, captured []string
	for i, r := range rows {
		out[i] = paymentOf(r)
		byID[r.ID] = out[i]
		if r.Refunding > 0 || r.Disputed > 0 { // a refund that a dispute ended claims nothing
			refunded = append(refunded, r.ID)
		}
		if r.CapturedAt != nil {
			captured = append(captured, r.ID)
		}
	}
	if err := addDisputes(ctx, d, byID, captured); err != nil {
		return nil, err
	}
	if len(refunded) == 0 {
		return out, nil
	}
	refunds, err := db.New(d).RefundsOfPayments(ctx, refunded)
	if err != nil {
		return nil, pg.Translate(err)
	}
	for _, r := range refunds {
		byID[r.PaymentID].Refunds = append(byID[r.PaymentID].Refunds, refundOf(r))
	}
	return out, nil
}

// addDisputes gives captured payments their latest dispute.
func addDisputes(ctx context.Context, d db.DBTX, byID map[string]*payment.Payment, captured []string) error {
	if len(captured) == 0 {
		return nil
	}
	disputes, err := db.New(d).DisputesOfPayments(ctx, captured)
	if err != nil {
		return pg.Translate(err)
	}
	for _, r := range disputes {
		byID[r.PaymentID].Dispute = disputeOf(r)
	}
	return nil
}

func withRefunds(ctx context.Context, d db.DBTX, row db.Payment) (*payment.Payment, error) {
	all, err := allWithRefunds(ctx, d, []db.Payment{row})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

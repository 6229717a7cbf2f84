package store

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/id"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

var _ payment.Papers = (*Store)(nil)

// Know writes who somebody is, within the transaction of the message.
func (s *Store) Know(ctx context.Context, tx pgx.Tx, userID string, p payment.Person) error {
	return db.New(tx).PutPerson(ctx, db.PutPersonParams{UserID: userID, Name: p.Name, Email: p.Email})
}

// IssueInvoice writes the invoice of a captured payment, and credit notes for what went back already, within the transaction of the
// message that confirmed its booking. A second time it does nothing.
func (s *Store) IssueInvoice(ctx context.Context, tx pgx.Tx, paymentID string, at time.Time) error {
	q := db.New(tx)
	row, err := q.LockPayment(ctx, paymentID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil || row.CapturedAt == nil {
		return err
	}
	if _, err := q.InvoiceOfPayment(ctx, paymentID); !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	p, err := lined(ctx, q, tx, row)
	if err != nil {
		return err
	}
	payable, err := q.PayableByID(ctx, p.BookingID)
	if err != nil {
		return err
	}
	seller, err := person(ctx, q, p.OrganizerID)
	if err != nil {
		return err
	}
	buyer, err := person(ctx, q, p.UserID)
	if err != nil {
		return err
	}
	if err := s.issue(ctx, q, p, payment.InvoicePaper, nil, payment.NewDocument(payableOf(payable), p.Lines, seller, buyer), at); err != nil {
		return err
	}
	for _, r := range p.Refunds {
		if r.Status == payment.RefundSucceeded {
			if err := s.credit(ctx, q, p, r, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// credit writes the credit note of a refund, if the payment has an invoice.
func (s *Store) credit(ctx context.Context, q *db.Queries, p *payment.Payment, r *payment.Refund, at time.Time) error {
	invoice, err := q.InvoiceOfPayment(ctx, p.ID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	number := (&payment.Invoice{Sequence: invoice.Number}).Number()
	return s.issue(ctx, q, p, payment.CreditNotePaper, &r.ID, invoice.Document.Credit(number, p.Lines, r), at)
}

// issue takes the organiser's next number.
func (s *Store) issue(ctx context.Context, q *db.Queries, p *payment.Payment, kind payment.InvoiceKind, refundID *string, d payment.Document, at time.Time) error {
	number, err := q.NextInvoiceNumber(ctx, p.OrganizerID)
	if err != nil {
		return err
	}
	return q.InsertInvoice(ctx, db.InsertInvoiceParams{
		ID: id.New("inv"), Kind: string(kind), OrganizerID: p.OrganizerID, Number: number, PaymentID: p.ID, RefundID: refundID,
		BookingID: p.BookingID, UserID: p.UserID, IssuedAt: at, Document: d,
	})
}

func person(ctx context.Context, q *db.Queries, userID string) (payment.Person, error) {
	row, err := q.PersonByID(ctx, userID)
	if errors.Is(err, pgx.ErrNoRows) {
		return payment.Person{}, nil
	}
	return payment.Person{Name: row.Name, Email: row.Email}, err
}

// Invoices implements payment.Papers.
func (s *Store) Invoices(ctx context.Context, v payment.Sight, bookingID string) ([]*payment.Invoice, error) {
	rows, err := db.New(s.pool).InvoicesSeenBy(ctx, db.InvoicesSeenByParams{BookingID: bookingID, Everything: v.Everything, Viewer: v.UserID})
	out := make([]*payment.Invoice, len(rows))
	for i, r := range rows {
		out[i] = invoiceOf(r)
	}
	return out, pg.Translate(err)
}

// Invoice implements payment.Papers.
func (s *Store) Invoice(ctx context.Context, id string) (*payment.Invoice, error) {
	row, err := db.New(s.pool).InvoiceByID(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	return invoiceOf(row), nil
}

func invoiceOf(r db.Invoice) *payment.Invoice {
	i := &payment.Invoice{
		ID: r.ID, Kind: payment.InvoiceKind(r.Kind), OrganizerID: r.OrganizerID, Sequence: r.Number, PaymentID: r.PaymentID,
		BookingID: r.BookingID, UserID: r.UserID, IssuedAt: r.IssuedAt.UTC(), Document: r.Document,
	}
	if r.RefundID != nil {
		i.RefundID = *r.RefundID
	}
	return i
}

// LinkKey returns the secret that signs links to files; the first call of an installation makes it.
func (s *Store) LinkKey(ctx context.Context) ([]byte, error) {
	q := db.New(s.pool)
	key, err := q.LinkKey(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // never fails
		if err := q.PutLinkKey(ctx, fresh); err != nil {
			return nil, pg.Translate(err)
		}
		key, err = q.LinkKey(ctx) // another process may have been faster
	}
	return key, pg.Translate(err)
}

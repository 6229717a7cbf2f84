package payment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/money"
	"marquee/internal/viewer"
)

// InvoiceKind says which paper it is; the GraphQL enum.
type InvoiceKind string

// The kinds of papers.
const (
	InvoicePaper    InvoiceKind = "INVOICE"
	CreditNotePaper InvoiceKind = "CREDIT_NOTE"
)

// Invoice is the paper of a payment, or the credit note of a refund. An organiser's papers of both kinds are numbered without gaps.
type Invoice struct {
	ID          string // inv_…
	Kind        InvoiceKind
	OrganizerID string
	Sequence    int64
	PaymentID   string
	RefundID    string // of a credit note
	BookingID   string
	UserID      string
	IssuedAt    time.Time
	Document    Document
}

// Number is how people name it.
func (i *Invoice) Number() string { return paperNumber(i.Sequence) }

func paperNumber(n int64) string { return fmt.Sprintf("%06d", n) }

// Total is what it amounts to, tax included.
func (i *Invoice) Total() money.Money { return money.Of(i.Document.Gross, i.Document.Currency) }

// Document is everything on an invoice. Amounts are in minor units and not negative, also on a credit note.
type Document struct {
	Seller     string        `json:"seller"`
	Buyer      string        `json:"buyer"`
	BuyerEmail string        `json:"buyerEmail"`
	EventTitle string        `json:"eventTitle"`
	StartsAt   time.Time     `json:"startsAt"`
	TimeZone   string        `json:"timeZone"`
	Venue      string        `json:"venue"`
	Reference  string        `json:"reference"` // of the booking
	Corrects   string        `json:"corrects,omitempty"`
	Lines      []InvoiceLine `json:"lines"`
	Taxes      []TaxSum      `json:"taxes"`
	Net        int64         `json:"net"`
	Tax        int64         `json:"tax"`
	Gross      int64         `json:"gross"`
	Currency   string        `json:"currency"`
}

// InvoiceLine is a line with its tax.
type InvoiceLine struct {
	Line
	Tax int64 `json:"tax"`
}

// TaxSum is all lines of one tax: Net + Tax = Gross.
type TaxSum struct {
	Name  string `json:"name"`
	Rate  int    `json:"rate"` // basis points
	Net   int64  `json:"net"`
	Tax   int64  `json:"tax"`
	Gross int64  `json:"gross"`
}

// Person is who somebody is.
type Person struct{ Name, Email string }

// NewDocument writes the invoice of a payable that was paid, of the lines of its payment.
func NewDocument(p Payable, lines []PaidLine, seller, buyer Person) Document {
	d := Document{
		Seller: cmp.Or(seller.Name, p.OrganizerID), Buyer: cmp.Or(buyer.Name, p.UserID), BuyerEmail: buyer.Email, EventTitle: p.EventTitle,
		StartsAt: p.EventStartsAt, TimeZone: p.EventTimeZone, Venue: p.Venue, Reference: p.Reference, Currency: p.Amount.Currency,
	}
	for _, l := range lines {
		d.Lines = append(d.Lines, InvoiceLine{Line: l.Line, Tax: l.Tax})
	}
	return d.sum()
}

// Credit writes the credit note of a refund of the payment that has these lines: its lines and their tax are the refund's, as in the ledger.
func (d Document) Credit(number string, paid []PaidLine, r *Refund) Document {
	d.Corrects, d.Lines = number, nil
	for _, l := range r.Lines {
		line := paid[l.Line].Line
		line.Amount = l.Amount
		if l.Quantity > 0 {
			line.Quantity = l.Quantity
		}
		d.Lines = append(d.Lines, InvoiceLine{Line: line, Tax: l.Tax})
	}
	return d.sum()
}

// sum adds the lines up, by tax and in all.
func (d Document) sum() Document {
	d.Net, d.Tax, d.Gross, d.Taxes = 0, 0, 0, nil
	for _, l := range d.Lines {
		at := slices.IndexFunc(d.Taxes, func(s TaxSum) bool { return s.Name == l.TaxName && s.Rate == l.TaxRate })
		if at < 0 {
			at = len(d.Taxes)
			d.Taxes = append(d.Taxes, TaxSum{Name: l.TaxName, Rate: l.TaxRate})
		}
		s := &d.Taxes[at]
		s.Gross, s.Tax, s.Net = s.Gross+l.Amount, s.Tax+l.Tax, s.Net+l.Amount-l.Tax
		d.Gross, d.Tax, d.Net = d.Gross+l.Amount, d.Tax+l.Tax, d.Net+l.Amount-l.Tax
	}
	return d
}

// Papers keeps invoices.
type Papers interface {
	// Invoices returns the papers of a booking as far as the sight covers it, in the order of their numbers.
	Invoices(ctx context.Context, s Sight, bookingID string) ([]*Invoice, error)
	// Invoice returns a paper; nil if there is none.
	Invoice(ctx context.Context, id string) (*Invoice, error)
}

// Invoices returns the papers of a booking: for its buyer, the organiser and administrators, empty for others.
func (s *Payments) Invoices(ctx context.Context, v *viewer.Viewer, bookingID string) ([]*Invoice, error) {
	if v == nil || !plausible(bookingID) {
		return []*Invoice{}, nil
	}
	return s.papers.Invoices(ctx, sight(v), bookingID)
}

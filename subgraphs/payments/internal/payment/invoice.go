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

// NewDocument writes the invoice of a payable that was paid.
func NewDocument(p Payable, seller, buyer Person) Document {
	lines := p.Lines
	if len(lines) == 0 { // sold before lines were kept
		lines = []Line{{Name: p.Description, Quantity: 1, UnitAmount: p.Amount.Amount, Amount: p.Amount.Amount}}
	}
	d := Document{
		Seller: cmp.Or(seller.Name, p.OrganizerID), Buyer: cmp.Or(buyer.Name, p.UserID), BuyerEmail: buyer.Email, EventTitle: p.EventTitle,
		StartsAt: p.EventStartsAt, TimeZone: p.EventTimeZone, Venue: p.Venue, Reference: p.Reference, Currency: p.Amount.Currency,
	}
	for _, l := range lines {
		d.Lines = append(d.Lines, InvoiceLine{Line: l, Tax: l.Tax()})
	}
	return d.sum()
}

// Credit writes the credit note of a refund: back is how much had gone back before, amount how much goes back now. Each line's share is
// the difference of two running sums, so that the credit notes of a whole payment take back every line and its tax to the cent.
func (d Document) Credit(number string, back, amount int64) Document {
	before, after := d.after(back), d.after(back+amount)
	d.Corrects, d.Lines = number, slices.Clone(d.Lines)
	for i := range d.Lines {
		d.Lines[i].Amount = after[i].Amount - before[i].Amount
		d.Lines[i].Tax = after[i].Tax() - before[i].Tax()
	}
	return d.sum()
}

// after is how much of each line has gone back when so much has in all.
func (d Document) after(back int64) []Line {
	out := make([]Line, len(d.Lines))
	var sofar, given int64
	for i, l := range d.Lines {
		sofar += l.Amount
		upTo := part(back, d.Gross, sofar)
		out[i] = l.Line
		out[i].Amount, given = upTo-given, upTo
	}
	return out
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

package booking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
)

// Show is an event as this subgraph knows it, from the messages of the events subgraph.
type Show struct {
	ID           string
	Version      int // of the snapshot
	OrganizerID  string
	Title        string
	StartsAt     time.Time
	EndsAt       time.Time
	TimeZone     string
	Venue        string
	Address      string
	City         string
	Slug         string
	Shared       bool // there is a row that counts the admissions of all types together
	Cancelled    bool
	CancelReason string
	RefundPolicy *contract.RefundPolicy // nil: everything until the start
	SeatingSum   string                 // of the seating plan, "" for none; see SumOf
	SeriesID     string                 // that it is a date of; "" for none
	Questions    []contract.Question    // asked of who books
	Asks         string                 // their QuestionSetID
}

// SumOf tells seating plans apart; "" for none.
func SumOf(p *contract.Seating) string {
	if p == nil {
		return ""
	}
	plan, err := json.Marshal(p)
	if err != nil {
		panic("booking: a plan of texts and numbers cannot fail to be written: " + err.Error())
	}
	sum := sha256.Sum256(plan)
	return hex.EncodeToString(sum[:])
}

// Begun reports whether the event has begun.
func (s *Show) Begun(now time.Time) bool { return !now.Before(s.StartsAt) }

// Apply brings a show and its stock to a snapshot. s is nil for an event not known yet; stock is what is known of its types, by id.
// It returns the new show and every stock row to write, in the order of the snapshot and then those taken off it. A nil show means that
// the snapshot is older than what is known, or that the event is called off already: nothing is to be done.
// A capacity never falls below what is held and sold: it shrinks towards the wanted one as seats come back.
func (s *Show) Apply(e contract.Event, stock []*Stock) (*Show, []*Stock) {
	if s != nil && (s.Cancelled || e.Version <= s.Version) {
		return nil, nil
	}
	known := make(map[string]*Stock, len(stock))
	for _, k := range stock {
		known[k.TypeID] = k
	}
	sum := SumOf(e.Seating)
	numbered := e.Seating.Seats()
	var write []*Stock
	listed := map[string]bool{}
	for i, t := range e.TicketTypes {
		k := known[t.TicketTypeID]
		if k == nil {
			k = &Stock{TypeID: t.TicketTypeID, EventID: e.EventID}
		}
		listed[t.TicketTypeID] = true
		k.Position, k.Name, k.Price, k.OnSale = i, t.Name, money.Of(t.PriceAmount, t.Currency), true
		k.TaxRate, k.TaxName = t.TaxRate, t.TaxName
		k.rule(t)
		k.SalesStart, k.SalesEnd = t.SalesStart, e.StartsAt
		if t.SalesEnd != nil {
			k.SalesEnd = *t.SalesEnd
		}
		k.MinPerOrder = max(t.MinPerOrder, 1)
		k.MaxPerOrder = max(t.MaxPerOrder, k.MinPerOrder)
		if numbered[t.TicketTypeID] > 0 && (s == nil || s.SeatingSum != sum) {
			// Above 0 also for the demo's snapshot, whose version is 0.
			k.SeatsVersion = max(e.Version, k.SeatsVersion+1)
		}
		k.aim(max(t.Capacity, 0))
		write = append(write, k)
	}
	for _, k := range stock {
		if !listed[k.TypeID] && k.Kind != house {
			k.takeOff()
			write = append(write, k)
		}
	}
	of := s.house(e, known[e.EventID], write)
	if of != nil {
		write = append(write, of)
	}
	return &Show{
		ID: e.EventID, Shared: of != nil, Version: e.Version, OrganizerID: e.OrganizerID, Title: e.Title, StartsAt: e.StartsAt, EndsAt: e.EndsAt,
		TimeZone: e.TimeZone, Venue: e.Venue, Address: e.Address, City: e.City, Slug: e.Slug,
		RefundPolicy: e.RefundPolicy,
		SeatingSum:   sum, SeriesID: e.SeriesID, Questions: e.Questions, Asks: QuestionSetID(e.Questions),
	}, write
}

// CallOff marks a show as cancelled and takes all its stock off sale; bookings are ended later, in batches. A nil show means that it was
// called off before.
func (s *Show) CallOff(m contract.EventCancelled, stock []*Stock) (*Show, []*Stock) {
	if s != nil && s.Cancelled {
		return nil, nil
	}
	next, write := s.Apply(m.Event, stock)
	if next == nil { // a cancellation counts whatever version it carries
		known := *s
		next, write = &known, stock
	}
	next.Cancelled, next.CancelReason = true, m.Reason
	for _, k := range write {
		k.takeOff()
	}
	return next, write
}

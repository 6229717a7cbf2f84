package sales

import (
	"time"

	"marquee/internal/money"
	"marquee/internal/page"
)

// EventSales is what one event has sold. It is the GraphQL type.
type EventSales struct {
	EventID       string
	OrganizerID   string // "" if not known yet: then only administrators see it
	Currency      string
	Bookings      int
	TicketsSold   int
	Cancellations int
	Gross         int64 // minor units
	Back          int64 // minor units refunded
	CheckIns      int
	// ByTicketType is of the same moment, in the order of the newest publication, types not offered any more last.
	ByTicketType []*TicketTypeSales
	Revision     int
	UpdatedAt    *time.Time

	batch *Batch
}

// Event is the event they are of.
func (s *EventSales) Event() *Event { return &Event{ID: s.EventID, batch: s.batch} }

// GrossRevenue is what bookings were confirmed for.
func (s *EventSales) GrossRevenue() money.Money { return money.Of(s.Gross, s.Currency) }

// Refunded is what of it went back.
func (s *EventSales) Refunded() money.Money { return money.Of(s.Back, s.Currency) }

// NetRevenue is the difference.
func (s *EventSales) NetRevenue() money.Money { return money.Of(s.Gross-s.Back, s.Currency) }

// Event is an event as this subgraph extends it.
type Event struct {
	ID    string
	batch *Batch
}

// IsEntity marks a federation entity.
func (*Event) IsEntity() {}

// TicketType is a reference to the events subgraph's entity.
type TicketType struct{ ID string }

// IsEntity marks a federation entity.
func (*TicketType) IsEntity() {}

// TicketTypeSales is what one ticket type has sold. It is the GraphQL type.
type TicketTypeSales struct {
	TicketTypeID string
	Name         string // at the latest sale; before the first, as published
	TicketsSold  int
	Revenue      money.Money
	CheckIns     int
}

// TicketType is the type they are of.
func (s *TicketTypeSales) TicketType() *TicketType { return &TicketType{ID: s.TicketTypeID} }

// SalesBucket is how long one bucket of a timeline is. It is the GraphQL enum.
type SalesBucket string

// The buckets, in UTC.
const (
	Hour SalesBucket = "HOUR"
	Day  SalesBucket = "DAY"
)

// MaxPoints is the longest timeline.
const MaxPoints = 500

// SalesPoint is one bucket of a timeline. It is the GraphQL type.
type SalesPoint struct {
	EventID  string
	Start    time.Time
	Bookings int
	Tickets  int
	Revenue  money.Money
}

// CurrencyTotals is money over several events in one currency. It is the GraphQL type.
type CurrencyTotals struct{ Gross, Refunded, Net money.Money }

// SalesReport is the numbers of all events of an organiser. It is the GraphQL type.
type SalesReport struct {
	OrganizerID string
	Events      int
	Bookings    int
	TicketsSold int
	CheckIns    int
	Totals      []*CurrencyTotals // by code
}

// The GraphQL types of lists.
type (
	EventSalesConnection = page.Connection[*EventSales]
	EventSalesEdge       = page.Edge[*EventSales]
)

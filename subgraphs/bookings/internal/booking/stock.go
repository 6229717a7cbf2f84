package booking

import (
	"time"

	"marquee/internal/money"
)

// Stock is the seats of one ticket type. The store reads it under lock and writes what changed; always
// Held + Sold <= Capacity = max(Target, Held + Sold).
type Stock struct {
	TypeID      string
	EventID     string
	Position    int
	Name        string
	Price       money.Money
	TaxRate     int // of the tax that the price contains, in basis points
	TaxName     string
	OnSale      bool // false once the type was taken off the event or the event was called off
	SalesStart  *time.Time
	SalesEnd    time.Time
	MinPerOrder int
	MaxPerOrder int
	Target      int // how many the organiser wants to sell
	Capacity    int
	Held        int
	Sold        int
	Revision    int

	Kind            string // a value of package contract, or house
	Visibility      string // a value of package contract
	PerPersonLimit  *int   // over all orders of one person; nil: none
	MaxPerAdmission *int   // of an add-on, for each admission of the order; nil: any number
	// SeatsVersion is the event's version when the type's numbered seats were last changed; 0 if it has none.
	SeatsVersion int
	Hall         *Hall // its numbered seats, where a rule may need them

	heldBy, soldBy int
}

// Free is how many seats can be taken now.
func (s *Stock) Free() int { return s.Capacity - s.Held - s.Sold }

// Change is by how much the seats held and sold have changed since the stock was read.
func (s *Stock) Change() (held, sold int) { return s.heldBy, s.soldBy }

// hold sets n free seats aside.
func (s *Stock) hold(n int) { s.move(n, 0) }

// release gives n held seats back.
func (s *Stock) release(n int) { s.move(-n, 0) }

// sell turns n held seats into sold ones.
func (s *Stock) sell(n int) { s.move(-n, n) }

// seat sells n free seats.
func (s *Stock) seat(n int) { s.move(0, n) }

// unsell gives n sold seats back.
func (s *Stock) unsell(n int) { s.move(0, -n) }

func (s *Stock) move(held, sold int) {
	s.Held, s.Sold = s.Held+held, s.Sold+sold
	s.heldBy, s.soldBy = s.heldBy+held, s.soldBy+sold
	s.settle()
}

// aim sets how many seats there should be.
func (s *Stock) aim(target int) {
	s.Target = target
	s.settle()
}

// takeOff ends the sale of the type: seats that come back are gone.
func (s *Stock) takeOff() {
	s.OnSale = false
	s.aim(0)
}

func (s *Stock) settle() { s.Capacity = max(s.Target, s.Held+s.Sold) }

// Stocks is the stock of several types by type id.
type Stocks map[string]*Stock

// each calls f with the stock and quantity of every item, and for admissions with what counts those of the event together.
func (s Stocks) each(items []*Item, f func(s *Stock, n int)) {
	for _, i := range items {
		t := s[i.TypeID]
		f(t, i.Quantity)
		if h := s.house(t); h != nil {
			f(h, i.Quantity)
		}
	}
}

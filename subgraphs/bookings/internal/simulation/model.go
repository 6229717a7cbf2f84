package simulation

import (
	"math/rand/v2"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// The ticket types of the event, by their place.
const (
	entry    = iota // free
	premium         // with a limit a person
	drink           // an add-on, two for each admission
	numbered        // numbered seats
	friends         // with a code only
	types
)

const (
	perAdmission = 2
	most         = 6 // tickets of one type in a booking
)

var (
	people = []*viewer.Viewer{
		{UserID: "usr_ada", Roles: []string{viewer.User}}, {UserID: "usr_bob", Roles: []string{viewer.User}}, {UserID: "usr_cyd", Roles: []string{viewer.User}},
	}
	prices = [types]int64{0, 1000, 250, 1999, 500}
)

// model is what should be.
type model struct {
	now       time.Time
	event     contract.Event
	listed    [types]bool
	target    [types]int
	counted   bool // the event's admissions have a row of their own
	cancelled bool
	prompt    bool
	seats     []*booking.Seat
	codes     []*code
	sales     []*sale
	decided   map[string]string // payments: bought, rejected or gone
	expect    []string          // what is to be told
	ids       [types]string     // of the ticket types
}

// code is a promo code with what it does, told twice: as the product is told, and as the model reads it.
type code struct {
	booking.PromoCode
	off func(full int64) int64
	of  []int // ticket types
}

// sale is a booking.
type sale struct {
	id       string
	who      *viewer.Viewer
	n        [types]int
	codes    []int
	seats    []string
	total    int64
	refunded int64
	status   booking.Status
	reason   string
	expires  time.Time
	extended bool
	spent    bool // cancelled when the event had begun: its codes stay used
	paidBy   string
	revision int // told last
}

func alive(s booking.Status) bool { return s == booking.Held || s == booking.Confirmed }

// standing counts the tickets of a type that bookings of a status have.
func (m *model) standing(i int, s booking.Status) int {
	n := 0
	for _, k := range m.sales {
		if k.status == s {
			n += k.n[i]
		}
	}
	return n
}

func (m *model) free(i int) int {
	return max(m.target[i]-m.standing(i, booking.Held)-m.standing(i, booking.Confirmed), 0)
}

func admissions(n [types]int) int { return n[entry] + n[premium] + n[numbered] + n[friends] }

// all are the admissions that are held and sold; of counts those of one person, nil all.
func (m *model) all(of *viewer.Viewer) (held, sold int) {
	for _, k := range m.sales {
		switch {
		case of != nil && k.who.UserID != of.UserID:
		case k.status == booking.Held:
			held += admissions(k.n)
		case k.status == booking.Confirmed:
			sold += admissions(k.n)
		}
	}
	return held, sold
}

// fits tells why tickets do not fit for a person, of whom and of what there is; "" if they do.
func (m *model) fits(who *viewer.Viewer, n [types]int) errs.Code {
	for i := range n {
		if n[i] > 0 && n[i] > m.free(i) {
			return booking.SoldOut
		}
	}
	return m.together(who, n)
}

func (m *model) together(who *viewer.Viewer, n [types]int) errs.Code {
	if limit := m.premiumLimit(); limit != nil && n[premium] > 0 {
		has := 0
		for _, k := range m.sales {
			if k.who.UserID == who.UserID && alive(k.status) {
				has += k.n[premium]
			}
		}
		if has+n[premium] > *limit {
			return booking.PerPersonLimit
		}
	}
	want := admissions(n)
	switch {
	case want == 0 && n[drink] > 0:
		return booking.AdmissionRequired
	case n[drink] > perAdmission*want:
		return booking.InvalidQuantity
	}
	if limit := m.event.PerPersonLimit; limit != nil {
		if held, sold := m.all(who); held+sold+want > *limit {
			return booking.PerPersonLimit
		}
	}
	if c := m.event.Capacity; c != nil {
		if held, sold := m.all(nil); held+sold+want > max(*c, held+sold) {
			return booking.SoldOut
		}
	}
	return ""
}

func (m *model) premiumLimit() *int { return m.event.TicketTypes[premium].PerPersonLimit }

// uses counts the living bookings with a code; of counts those of one person, nil all. Codes of bookings that were cancelled after the
// event had begun stay used.
func (m *model) uses(c int, of *viewer.Viewer) int {
	n := 0
	for _, k := range m.sales {
		if slices.Contains(k.codes, c) && (alive(k.status) || of == nil && k.spent) && (of == nil || k.who.UserID == of.UserID) {
			n++
		}
	}
	return n
}

// owner is who has a seat, "" for nobody.
func (m *model) owner(seat string) string {
	for _, k := range m.sales {
		if alive(k.status) && slices.Contains(k.seats, seat) {
			return k.id
		}
	}
	return ""
}

// freeSeats counts those that nobody has, accessible or not.
func (m *model) freeSeats(accessible bool) int {
	n := 0
	for _, s := range m.seats {
		if s.Accessible == accessible && m.owner(s.ID) == "" {
			n++
		}
	}
	return n
}

// any draws a booking, rather a living one; nil when there is none.
func (m *model) any(r *rand.Rand) *sale {
	if len(m.sales) == 0 {
		return nil
	}
	k := m.sales[r.IntN(len(m.sales))]
	if !alive(k.status) && r.IntN(2) == 0 {
		k = m.sales[r.IntN(len(m.sales))]
	}
	return k
}

func (m *model) find(id string) *sale {
	for _, k := range m.sales {
		if k.id == id {
			return k
		}
	}
	return nil
}

func (m *model) bookingIDs() []string {
	out := make([]string, len(m.sales))
	for i, k := range m.sales {
		out[i] = k.id
	}
	return out
}

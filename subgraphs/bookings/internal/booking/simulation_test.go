package booking_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// world is everything the rules work on, kept in memory, and a ledger of what was told about it.
type world struct {
	now      time.Time
	event    contract.Event
	show     *booking.Show
	stock    booking.Stocks
	bookings []*booking.Booking
	payments map[string][]booking.Payment // by booking
	captured []contract.PaymentCaptured
	refunded map[string]bool
	told     map[string][]contract.Message // by booking
	keys     int
	limits   map[string]int // how many of each stock one person can have: the limit, or what they had when it came
}

var (
	holder = &viewer.Viewer{UserID: "usr_holder", Roles: []string{viewer.User}}
	noon   = time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC)
)

func newWorld(capacities ...int) *world {
	w := &world{now: noon, stock: booking.Stocks{}, payments: map[string][]booking.Payment{}, refunded: map[string]bool{}, told: map[string][]contract.Message{}, limits: map[string]int{}}
	w.event = contract.Event{EventID: "evt_1", OrganizerID: "usr_organizer", Title: "A Night", StartsAt: noon.AddDate(1, 0, 0), EndsAt: noon.AddDate(1, 0, 1)}
	for i, c := range capacities {
		w.event.TicketTypes = append(w.event.TicketTypes, contract.TicketType{
			TicketTypeID: fmt.Sprint("tkt_", i), Name: fmt.Sprint("Type ", i),
			PriceAmount: int64(i) * 100, Currency: "EUR", Capacity: c, MinPerOrder: 1, MaxPerOrder: 6,
		})
	}
	if len(w.event.TicketTypes) > 2 {
		two := 2
		w.event.TicketTypes[2].Kind, w.event.TicketTypes[2].MaxPerAdmission = contract.AddOn, &two
	}
	w.apply()
	return w
}

func (w *world) apply() {
	w.event.Version++
	show, write := w.show.Apply(w.event, w.list())
	w.put(show, write)
}

func (w *world) put(show *booking.Show, write []*booking.Stock) {
	if show != nil {
		w.show = show
	}
	for _, s := range write {
		w.stock[s.TypeID] = s
		if s.PerPersonLimit == nil {
			w.limits[s.TypeID] = math.MaxInt
		} else {
			w.limits[s.TypeID] = max(w.taken()[holder.UserID][s.TypeID], *s.PerPersonLimit)
		}
	}
}

func (w *world) list() []*booking.Stock {
	var out []*booking.Stock
	for _, t := range w.event.TicketTypes {
		if s := w.stock[t.TicketTypeID]; s != nil {
			out = append(out, s)
		}
	}
	if s := w.stock[w.event.EventID]; s != nil {
		out = append(out, s)
	}
	return out
}

func (w *world) hold(confirmIfFree bool, items ...*booking.HoldItemInput) (*booking.Booking, error) {
	w.keys++
	o, err := booking.NewOrder(holder.UserID, booking.HoldSeatsInput{
		EventID: w.event.EventID, Items: items, ConfirmIfFree: confirmIfFree, IdempotencyKey: fmt.Sprintf("key-%06d", w.keys),
	})
	if err != nil {
		return nil, err
	}
	if o.Place(w.show, w.stock, w.taken(), w.now); o.Err != nil {
		return nil, o.Err
	}
	w.bookings = append(w.bookings, o.Booking)
	w.told[o.Booking.ID] = append(w.told[o.Booking.ID], o.Tell)
	return o.Booking, nil
}

// taken counts what the holder has, as the store does.
func (w *world) taken() booking.Taken {
	out := booking.Taken{}
	for _, b := range w.bookings {
		if b.Status != booking.Held && b.Status != booking.Confirmed {
			continue
		}
		for _, i := range b.Items {
			out.Add(b.UserID, b.EventID, i.TypeID, w.stock[i.TypeID].Kind, i.Quantity)
		}
	}
	return out
}

// change runs a rule as the store does, but for the writing.
func (w *world) change(b *booking.Booking, rule func(*booking.Work) error) error {
	work := &booking.Work{Now: w.now, Booking: b, Show: w.show, Stock: w.stock, Payments: w.payments[b.ID], Taken: w.taken()}
	if err := rule(work); err != nil {
		return err
	}
	for _, p := range work.Decided {
		w.payments[b.ID] = slices.DeleteFunc(w.payments[b.ID], func(q booking.Payment) bool { return q.ID == p.ID })
		w.payments[b.ID] = append(w.payments[b.ID], p)
	}
	w.told[b.ID] = append(w.told[b.ID], work.Messages...)
	return nil
}

// wrong returns what is not as it must be, "" if all is well.
func (w *world) wrong() string {
	held, sold, tickets := map[string]int{}, map[string]int{}, map[string]int{}
	for _, b := range w.bookings {
		for _, i := range b.Items {
			switch b.Status {
			case booking.Held:
				held[i.TypeID] += i.Quantity
			case booking.Confirmed:
				sold[i.TypeID] += i.Quantity
			}
		}
		for _, t := range b.Tickets {
			if t.Status != booking.Void {
				tickets[t.TypeID]++
			}
		}
		if s := unnamed(b, b.PaymentID != ""); s != "" {
			return s
		}
		if s := w.story(b); s != "" {
			return s
		}
	}
	taken := w.taken()[holder.UserID]
	for id, s := range w.stock {
		if s.PerPersonLimit == nil {
			continue
		}
		if n := taken[id]; n > w.limits[id] {
			return fmt.Sprintf("%s: one person has %d, may have %d", id, n, w.limits[id])
		}
		w.limits[id] = max(taken[id], *s.PerPersonLimit) // what was given up above the limit is gone
	}
	for id, s := range w.stock {
		if id == w.event.EventID { // all admissions together; the third type is an add-on
			held[id], sold[id] = held["tkt_0"]+held["tkt_1"], sold["tkt_0"]+sold["tkt_1"]
			tickets[id] = sold[id]
		}
		if s.Held != held[id] || s.Sold != sold[id] || s.Sold != tickets[id] || s.Held+s.Sold > s.Capacity || s.Capacity != max(s.Target, s.Held+s.Sold) || s.Held < 0 || s.Sold < 0 {
			return fmt.Sprintf("%s: %+v, but held %d sold %d tickets %d", id, *s, held[id], sold[id], tickets[id])
		}
	}
	return ""
}

// story checks what was told of a booking: revisions grow, what is told last is what is, and each payment had one end.
func (w *world) story(b *booking.Booking) string {
	revision, last := 0, ""
	rejected := map[string]int{}
	confirmedBy := map[string]int{}
	for _, m := range w.told[b.ID] {
		var k contract.Booking
		switch m := m.(type) {
		case contract.PaymentRejected:
			rejected[m.PaymentID]++
			continue
		case contract.TicketAssigned:
			continue
		case contract.BookingHeld:
			k = m.Booking
		case contract.BookingConfirmed:
			k = m.Booking
			confirmedBy[m.PaymentID]++
		case contract.BookingExpired:
			k = m.Booking
		case contract.BookingCancelled:
			k = m.Booking
		}
		if k.Revision <= revision {
			return fmt.Sprintf("%s: %s told revision %d after %d", b.ID, m.Topic(), k.Revision, revision)
		}
		revision, last = k.Revision, m.Topic()
	}
	want := map[booking.Status]string{booking.Held: "booking.held", booking.Confirmed: "booking.confirmed", booking.Expired: "booking.expired", booking.Cancelled: "booking.cancelled"}
	if last != want[b.Status] || revision != b.Revision {
		return fmt.Sprintf("%s is %s revision %d, told last was %s revision %d", b.ID, b.Status, b.Revision, last, revision)
	}
	for _, p := range w.captured {
		if p.BookingID != b.ID {
			continue
		}
		ends := rejected[p.PaymentID] + confirmedBy[p.PaymentID]
		if ends > 1 || ends == 0 && !w.refunded[p.PaymentID] {
			return fmt.Sprintf("payment %s of %s: rejected %d times, confirmed %d times", p.PaymentID, b.ID, rejected[p.PaymentID], confirmedBy[p.PaymentID])
		}
	}
	return ""
}

// A limit that comes while somebody has more takes nothing away, and gives nothing more until they are below it.
func TestALimitThatComesLater(t *testing.T) {
	t.Parallel()
	w := newWorld(9, 9)
	items := func(n int) *booking.HoldItemInput { return &booking.HoldItemInput{TicketTypeID: "tkt_0", Quantity: n} }
	for _, n := range []int{2, 1} {
		if _, err := w.hold(false, items(n)); err != nil {
			t.Fatal(err)
		}
	}
	two := 2
	w.event.PerPersonLimit = &two
	w.apply()
	for left, end := range w.bookings {
		if s := w.wrong(); s != "" {
			t.Fatal(s)
		}
		if _, err := w.hold(false, items(2)); errs.CodeOf(err) != booking.PerPersonLimit {
			t.Errorf("with %d bookings ended: %v", left, err)
		}
		if err := w.change(end, func(k *booking.Work) error { return k.Cancel(holder, nil) }); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.hold(false, items(2)); err != nil || w.wrong() != "" {
		t.Errorf("%v %s", err, w.wrong())
	}
}

func TestAnySequenceConservesSeatsAndMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.IntRange(0, 12).Draw(t, "capacity"), rapid.IntRange(0, 12).Draw(t, "capacity"), 5)
		some := func(t *rapid.T) *booking.Booking {
			if len(w.bookings) == 0 {
				t.Skip("no booking yet")
			}
			return w.bookings[rapid.IntRange(0, len(w.bookings)-1).Draw(t, "booking")]
		}
		coded := func(t *rapid.T, err error) {
			if err != nil && errs.CodeOf(err) == errs.Internal {
				t.Fatalf("an uncoded refusal: %v", err)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if s := w.wrong(); s != "" {
					t.Fatal(s)
				}
			},
			"hold": func(t *rapid.T) {
				var items []*booking.HoldItemInput
				for _, k := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "types")[:rapid.IntRange(1, 3).Draw(t, "n")] {
					items = append(items, &booking.HoldItemInput{TicketTypeID: fmt.Sprint("tkt_", k), Quantity: rapid.IntRange(1, 6).Draw(t, "quantity")})
				}
				_, err := w.hold(rapid.Bool().Draw(t, "confirm if free"), items...)
				coded(t, err)
			},
			"pass": func(t *rapid.T) {
				w.now = w.now.Add(rapid.SampledFrom([]time.Duration{time.Minute, booking.HoldFor}).Draw(t, "time"))
			},
			"expire": func(t *rapid.T) {
				b := some(t)
				_ = w.change(b, func(k *booking.Work) error { k.Expire(); return nil })
			},
			"confirm": func(t *rapid.T) {
				b := some(t)
				coded(t, w.change(b, func(k *booking.Work) error { return k.Confirm(holder) }))
			},
			"extend": func(t *rapid.T) {
				b := some(t)
				coded(t, w.change(b, func(k *booking.Work) error { return k.Extend(holder) }))
			},
			"guests": func(t *rapid.T) {
				b := some(t)
				in := guesses(t)
				if rapid.Bool().Draw(t, "right") {
					in = complete(b, "Ada")
				}
				coded(t, w.change(b, func(k *booking.Work) error { return k.SetGuests(holder, in) }))
			},
			"check in": func(t *rapid.T) {
				b := some(t)
				if b.Status == booking.Confirmed {
					b.Tickets[rapid.IntRange(0, len(b.Tickets)-1).Draw(t, "ticket")].Status = booking.CheckedIn
				}
			},
			"questions": func(t *rapid.T) {
				w.event.Questions = rapid.SampledFrom([][]contract.Question{nil, asked, asked[:1], asked[1:]}).Draw(t, "questions")
				w.apply()
			},
			"cancel": func(t *rapid.T) {
				b := some(t)
				coded(t, w.change(b, func(k *booking.Work) error { return k.Cancel(holder, nil) }))
			},
			"capture": func(t *rapid.T) {
				b := some(t)
				m := contract.PaymentCaptured{PaymentID: fmt.Sprint("pay_", len(w.captured)), BookingID: b.ID, Amount: b.Total.Amount, Currency: "EUR"}
				if rapid.IntRange(0, 9).Draw(t, "wrong amount") == 0 {
					m.Amount++
				}
				if len(w.captured) > 0 && rapid.Bool().Draw(t, "again") {
					m = w.captured[rapid.IntRange(0, len(w.captured)-1).Draw(t, "payment")]
				} else {
					w.captured = append(w.captured, m)
				}
				for _, b := range w.bookings {
					if b.ID == m.BookingID {
						_ = w.change(b, func(k *booking.Work) error { k.Capture(m); return nil })
					}
				}
			},
			"refund": func(t *rapid.T) {
				b := some(t)
				m := contract.PaymentRefunded{PaymentID: fmt.Sprint("pay_", rapid.IntRange(0, len(w.captured)).Draw(t, "payment")), BookingID: b.ID, Reason: contract.RefundOrganizer}
				if rapid.Bool().Draw(t, "partial") {
					m.Left = 1
				}
				for _, p := range w.captured {
					if p.PaymentID == m.PaymentID && p.BookingID != b.ID {
						return // a refund names its payment's booking
					}
				}
				w.refunded[m.PaymentID] = w.refunded[m.PaymentID] || m.Left == 0
				_ = w.change(b, func(k *booking.Work) error { k.Refunded(m); return nil })
			},
			"capacity": func(t *rapid.T) {
				i := rapid.IntRange(0, 2).Draw(t, "type")
				w.event.TicketTypes = slices.Clone(w.event.TicketTypes)
				w.event.TicketTypes[i].Capacity = rapid.IntRange(0, 15).Draw(t, "capacity")
				w.apply()
			},
			"limits": func(t *rapid.T) {
				limit := func() *int {
					if rapid.Bool().Draw(t, "none") {
						return nil
					}
					n := rapid.IntRange(1, 12).Draw(t, "limit")
					return &n
				}
				w.event.TicketTypes = slices.Clone(w.event.TicketTypes)
				w.event.Capacity, w.event.PerPersonLimit, w.event.TicketTypes[0].PerPersonLimit = limit(), limit(), limit()
				w.apply()
			},
			"call off": func(t *rapid.T) {
				if rapid.IntRange(0, 20).Draw(t, "really") > 0 {
					return
				}
				show, write := w.show.CallOff(contract.EventCancelled{Event: w.event}, w.list())
				w.put(show, write)
			},
			"end the called off": func(t *rapid.T) {
				b := some(t)
				_ = w.change(b, func(k *booking.Work) error { k.CallOff(); return nil })
			},
		})
	})
}

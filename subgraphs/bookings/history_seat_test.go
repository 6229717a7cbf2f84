package bookings_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"marquee/internal/contract"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// place is one numbered seat: who has it, and whether for good. Nobody is "".
type place struct {
	owner string
	sold  bool
}

// sitting is one operation on one seat by or for a booking, with what came of it.
type sitting struct {
	what    string // take, late, sell, free, busy, look
	booking string
	status  booking.SeatStatus // that a look saw
}

var seatModel = porcupine.Model{
	Init: func() any { return place{} },
	Step: func(state, input, _ any) (bool, any) {
		s, in := state.(place), input.(sitting)
		switch in.what {
		case "take":
			return s.owner == "", place{in.booking, false}
		case "late":
			return s.owner == "", place{in.booking, true}
		case "sell":
			return s == place{in.booking, false}, place{in.booking, true}
		case "free":
			return s.owner == in.booking, place{}
		case "busy":
			return s.owner != "", s
		default: // look
			want := booking.SeatFree
			switch {
			case s.sold:
				want = booking.SeatSold
			case s.owner != "":
				want = booking.SeatHeld
			}
			return in.status == want, s
		}
	},
}

// Every numbered seat, wished for by name or as the best, given back, lost to time, paid late and looked at, at two processes and over
// HTTP, shows what one client after the other would have seen.
func TestSeatsAreLinearizable(t *testing.T) {
	t.Parallel()
	b := start(t)
	paid, free := b.numbered(1000, 2), b.numbered(0, 2)
	all, desks := newHistories(), b.desks()
	var wg sync.WaitGroup
	for n := range buyers {
		wg.Go(func() {
			x := &seatBuyer{bench: b, desk: desks[n%len(desks)], histories: all, n: n, who: &viewer.Viewer{UserID: fmt.Sprint("usr_buyer_", n)}, rand: rand.New(rand.NewPCG(17, uint64(n)))}
			for i := range 50 {
				if e := paid; i%2 == 0 {
					x.step(e)
				} else {
					x.step(free)
				}
			}
		})
	}
	wg.Wait()
	all.check(t, func(string) porcupine.Model { return seatModel })
	b.seated()
	b.conserved()
}

// seatBuyer is somebody who takes seats and gives them back.
type seatBuyer struct {
	*bench
	*histories
	desk  desk
	n     int
	who   *viewer.Viewer
	rand  *rand.Rand
	mine  []*seatedAt
	ended []*seatedAt // whose hold ran out
}

type seatedAt struct {
	*booked
	event contract.Event
	sold  bool
}

// each notes one operation on each of some seats; all of them took as long.
func (x *seatBuyer) each(seats []string, in sitting, call, end int64) {
	for _, s := range seats {
		x.note(s, porcupine.Operation{ClientId: x.n, Input: in, Call: call, Return: end})
	}
}

func (x *seatBuyer) step(e contract.Event) {
	k := x.rand.IntN(10)
	switch {
	case k < 4 || len(x.mine) == 0:
		x.take(e)
	case k == 4:
		x.look(e)
	case k == 5 && len(x.ended) > 0:
		last := x.ended[len(x.ended)-1]
		x.ended = x.ended[:len(x.ended)-1]
		x.late(last)
	default:
		i := x.rand.IntN(len(x.mine))
		if m := x.mine[i]; m.sold || k < 9 {
			x.mine = append(x.mine[:i], x.mine[i+1:]...)
			x.end(m, k%2 == 0)
		} else {
			x.sell(m)
		}
	}
}

func (x *seatBuyer) take(e contract.Event) {
	in := wish(e, 0, 1+x.rand.IntN(3))
	if x.rand.IntN(3) > 0 {
		seats := booking.Plan(e.EventID, e.Seating)
		for _, i := range x.rand.Perm(len(seats))[:in.Items[0].Quantity] {
			in.Items[0].SeatIDs = append(in.Items[0].SeatIDs, seats[i].ID)
		}
	}
	call := x.histories.now()
	k, refused := x.desk.hold(x.who, in)
	end := x.histories.now()
	switch {
	case k != nil:
		x.each(k.Seats, sitting{what: "take", booking: k.ID}, call, end)
		x.mine = append(x.mine, &seatedAt{booked: k, event: e})
		if len(k.Seats) != in.Items[0].Quantity || in.Items[0].SeatIDs != nil && strings.Join(k.Seats, " ") != strings.Join(in.Items[0].SeatIDs, " ") {
			x.t.Errorf("wished %v, got %v", in.Items[0].SeatIDs, k.Seats)
		}
	case first(refused) == booking.SeatTaken:
		// The seat named was taken, and those before it were free.
		path := strings.Split(refused[0].field, ".")
		at, err := strconv.Atoi(path[len(path)-1])
		if err != nil {
			x.t.Errorf("refused at %q", refused[0].field)
			return
		}
		x.each(in.Items[0].SeatIDs[:at], sitting{what: "look", status: booking.SeatFree}, call, end)
		x.each(in.Items[0].SeatIDs[at:at+1], sitting{what: "busy"}, call, end)
	case first(refused) != booking.SoldOut:
		x.t.Errorf("refused: %+v", refused)
	}
}

func (x *seatBuyer) look(e contract.Event) {
	call := x.histories.now()
	m, err := x.box.SeatMap(x.t.Context(), e.EventID)
	end := x.histories.now()
	if err != nil || m == nil {
		x.t.Error(m, err)
		return
	}
	for _, section := range m.Sections {
		for _, row := range section.Rows {
			for _, s := range row.Seats {
				x.each([]string{s.ID}, sitting{what: "look", status: s.Status}, call, end)
			}
		}
	}
}

func (x *seatBuyer) sell(k *seatedAt) {
	call := x.histories.now()
	var refused []refusal
	if k.Total == 0 {
		refused = x.desk.confirm(x.who, k.ID)
	} else {
		refused = refusedUnless(x.pay(k.event, k.ID, x.who, k.Total))
	}
	if refused != nil {
		x.t.Errorf("a hold was not sold: %+v", refused)
	}
	x.each(k.Seats, sitting{what: "sell", booking: k.ID}, call, x.histories.now())
	k.sold = true
}

// late pays for a hold that ran out: the booking gets its seats, or others, or none.
func (x *seatBuyer) late(k *seatedAt) {
	call := x.histories.now()
	now := x.pay(k.event, k.ID, x.who, k.Total)
	if now.Status != booking.Confirmed {
		return
	}
	k.booked, k.sold = seen(now), true
	x.each(k.Seats, sitting{what: "late", booking: k.ID}, call, x.histories.now())
	x.mine = append(x.mine, k)
}

func (x *seatBuyer) end(k *seatedAt, lapse bool) {
	call := x.histories.now()
	if lapse && !k.sold {
		x.lapse(k.ID)
		x.ended = append(x.ended, k)
	} else if refused := x.desk.cancel(x.who, k.ID); refused != nil {
		x.t.Errorf("not given back: %+v", refused)
	}
	x.each(k.Seats, sitting{what: "free", booking: k.ID}, call, x.histories.now())
}

func TestSeatsThatNobodyCanHaveSeenAreRefused(t *testing.T) {
	t.Parallel()
	op := func(what, who string, from, to int64) porcupine.Operation {
		return porcupine.Operation{Input: sitting{what: what, booking: who}, Call: from, Return: to}
	}
	sees := func(s booking.SeatStatus, from, to int64) porcupine.Operation {
		return porcupine.Operation{Input: sitting{what: "look", status: s}, Call: from, Return: to}
	}
	for name, ops := range map[string][]porcupine.Operation{
		"two have it":         {op("take", "a", 0, 5), op("take", "b", 0, 5)},
		"sold, then freed":    {op("take", "a", 0, 1), op("sell", "a", 2, 3), op("take", "b", 4, 5)},
		"refused for nothing": {op("take", "a", 6, 9), op("busy", "", 0, 5)},
		"the past":            {op("take", "a", 0, 5), sees(booking.SeatFree, 6, 7)},
		"sold by nobody":      {op("take", "a", 0, 5), sees(booking.SeatSold, 6, 7)},
	} {
		if porcupine.CheckOperations(seatModel, ops) {
			t.Errorf("%s is taken for possible", name)
		}
	}
}

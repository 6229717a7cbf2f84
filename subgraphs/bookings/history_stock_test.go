package bookings_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// buyers is how many people buy at once, each from one place.
const buyers = 12

// fair is an event whose two types share a capacity, with a limit a person and a code for some bookings.
type fair struct {
	event    contract.Event
	capacity [2]int
	shared   int
	uses     int // of the code
	each     int // tickets a person
}

// counted is what an event's counters say, in the order of its types, and what the buyers have.
type counted struct {
	held, sold [2]int
	used       int
	of         [buyers]int
}

// deal is one operation of a buyer: how many of each type, and whether with the code.
type deal struct {
	what  string // hold, sell, release, refund, late, look
	buyer int
	n     [2]int
	code  bool
}

// came is what came of it.
type came struct {
	code       errs.Code
	held, sold [2]int // what a look saw
}

func (f *fair) refused(s counted, d deal) errs.Code {
	all := d.n[0] + d.n[1]
	switch {
	case d.code && s.used >= f.uses:
		return booking.CodeUsedUp
	case d.n[0] > 0 && s.held[0]+s.sold[0]+d.n[0] > f.capacity[0], d.n[1] > 0 && s.held[1]+s.sold[1]+d.n[1] > f.capacity[1]:
		return booking.SoldOut
	case s.of[d.buyer]+all > f.each:
		return booking.PerPersonLimit
	case s.held[0]+s.held[1]+s.sold[0]+s.sold[1]+all > f.shared:
		return booking.SoldOut
	}
	return ""
}

// take gives a deal's tickets to its buyer, or takes them back where sign is -1.
func (s counted) take(d deal, sign int, counter func(*counted) *[2]int) counted {
	for i, n := range d.n {
		counter(&s)[i] += sign * n
		s.of[d.buyer] += sign * n
	}
	if d.code {
		s.used += sign
	}
	return s
}

func heldOf(s *counted) *[2]int { return &s.held }
func soldOf(s *counted) *[2]int { return &s.sold }

// model is one event by the plainest reasoning.
func (f *fair) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return counted{} },
		Step: func(state, input, output any) (bool, any) {
			s, d, c := state.(counted), input.(deal), output.(came)
			switch d.what {
			case "look":
				return c.held == s.held && c.sold == s.sold, s
			case "hold", "late":
				if want := f.refused(s, d); want != c.code {
					return d.what == "late" && want != "" && c.code != "", s // of money that goes back nobody tells why
				} else if want != "" {
					return true, s
				}
				if d.what == "late" {
					return true, s.take(d, 1, soldOf)
				}
				return true, s.take(d, 1, heldOf)
			case "sell":
				return c.code == "", s.take(d, -1, heldOf).take(d, 1, soldOf)
			case "release":
				return c.code == "", s.take(d, -1, heldOf)
			default: // refund
				return c.code == "", s.take(d, -1, soldOf)
			}
		},
	}
}

// The counters of events with everything that limits them, under a crowd at two processes and over HTTP, show what one buyer after the
// other would have seen.
func TestCountersAreLinearizable(t *testing.T) {
	t.Parallel()
	b := start(t)
	fairs := make([]*fair, 8)
	byID := map[string]*fair{}
	for i := range fairs {
		r := rand.New(rand.NewPCG(3, uint64(i)))
		f := &fair{capacity: [2]int{4 + r.IntN(8), 4 + r.IntN(8)}, shared: 6 + r.IntN(8), uses: 1 + r.IntN(3), each: 2 + r.IntN(4)}
		f.event = b.event(int64(i%2)*1000, f.capacity[0], f.capacity[1])
		f.event.Capacity, f.event.PerPersonLimit = some(f.shared), some(f.each)
		b.publish(f.event)
		b.promo(f.event, "FEW", booking.AmountOff, 300, func(in *booking.CreatePromoCodeInput) { in.MaxUses = some(f.uses) })
		fairs[i], byID[f.event.EventID] = f, f
	}
	all, desks := newHistories(), b.desks()
	var wg sync.WaitGroup
	for n := range buyers {
		wg.Go(func() {
			x := &stockBuyer{
				bench: b, desk: desks[n%len(desks)], histories: all, n: n, who: &viewer.Viewer{UserID: fmt.Sprint("usr_buyer_", n)},
				rand: rand.New(rand.NewPCG(11, uint64(n))),
			}
			for range 60 {
				x.step(fairs[x.rand.IntN(len(fairs))])
			}
		})
	}
	wg.Wait()
	all.check(t, func(of string) porcupine.Model { return byID[of].model() })
	b.conserved()
}

// stockBuyer is somebody who buys and gives back.
type stockBuyer struct {
	*bench
	desk desk
	*histories
	n     int
	who   *viewer.Viewer
	rand  *rand.Rand
	mine  []*bought
	ended []*bought // whose hold ran out
}

type bought struct {
	*booked
	fair *fair
	deal deal
	sold bool
}

func (x *stockBuyer) noted(f *fair, d deal, do func() came) came {
	d.buyer = x.n
	call := x.histories.now()
	c := do()
	x.note(f.event.EventID, porcupine.Operation{ClientId: x.n, Input: d, Output: c, Call: call, Return: x.histories.now()})
	return c
}

func (x *stockBuyer) step(f *fair) {
	switch k := x.rand.IntN(10); {
	case k < 4 || len(x.mine) == 0:
		x.take(f)
	case k == 4:
		x.look(f)
	case k == 5 && len(x.ended) > 0:
		last := x.ended[len(x.ended)-1]
		x.ended = x.ended[:len(x.ended)-1]
		x.late(last)
	default:
		i := x.rand.IntN(len(x.mine))
		if x.mine[i].sold || k < 9 {
			x.end(i, x.mine[i], k)
		} else {
			x.sell(x.mine[i])
		}
	}
}

func (x *stockBuyer) take(f *fair) {
	d := deal{what: "hold", n: [2]int{x.rand.IntN(3), x.rand.IntN(3)}, code: x.rand.IntN(3) == 0}
	if d.n == [2]int{} {
		d.n[x.rand.IntN(2)] = 1
	}
	in := want(f.event, map[int]int{0: d.n[0], 1: d.n[1]})
	if d.code {
		in.Codes = []string{"few"}
	}
	x.noted(f, d, func() came {
		k, refused := x.desk.hold(x.who, in)
		if k != nil {
			x.mine = append(x.mine, &bought{booked: k, fair: f, deal: d})
		}
		return came{code: first(refused)}
	})
}

func (x *stockBuyer) look(f *fair) {
	x.noted(f, deal{what: "look"}, func() (c came) {
		a, err := x.box.Availability(x.t.Context(), f.event.EventID)
		if err != nil {
			x.t.Error(err)
			return c
		}
		for i, k := range a.TicketTypes {
			c.held[i], c.sold[i] = k.Held, k.Sold
		}
		return c
	})
}

func (x *stockBuyer) sell(k *bought) {
	d := k.deal
	d.what = "sell"
	x.noted(k.fair, d, func() came {
		if k.Total == 0 {
			return came{code: first(x.desk.confirm(x.who, k.ID))}
		}
		return came{code: first(refusedUnless(x.pay(k.fair.event, k.ID, x.who, k.Total)))}
	})
	k.sold = true
}

// refusedUnless tells of a booking that was paid and is not confirmed.
func refusedUnless(k *booking.Booking) []refusal {
	if k.Status == booking.Confirmed {
		return nil
	}
	return []refusal{{"NOT_CONFIRMED", ""}}
}

func (x *stockBuyer) late(k *bought) {
	d := k.deal
	d.what = "late"
	c := x.noted(k.fair, d, func() came {
		return came{code: first(refusedUnless(x.pay(k.fair.event, k.ID, x.who, k.Total)))}
	})
	if c.code == "" {
		k.sold = true
		x.mine = append(x.mine, k)
	}
}

func (x *stockBuyer) end(i int, k *bought, how int) {
	x.mine = append(x.mine[:i], x.mine[i+1:]...)
	d := k.deal
	d.what = "release"
	if k.sold {
		d.what = "refund"
	}
	x.noted(k.fair, d, func() came {
		if !k.sold && how%2 == 0 {
			x.lapse(k.ID)
			x.ended = append(x.ended, k)
			return came{}
		}
		return came{code: first(x.desk.cancel(x.who, k.ID))}
	})
}

// A checker that accepts everything would be worth nothing.
func TestWhatNobodyCanHaveSeenIsRefused(t *testing.T) {
	t.Parallel()
	f := &fair{capacity: [2]int{2, 2}, shared: 3, uses: 1, each: 3}
	hold := func(buyer, n, m int, code bool, came came, from, to int64) porcupine.Operation {
		return porcupine.Operation{ClientId: buyer, Input: deal{what: "hold", buyer: buyer, n: [2]int{n, m}, code: code}, Output: came, Call: from, Return: to}
	}
	sees := func(held, sold [2]int, from, to int64) porcupine.Operation {
		return porcupine.Operation{Input: deal{what: "look"}, Output: came{held: held, sold: sold}, Call: from, Return: to}
	}
	soldOut := came{code: booking.SoldOut}
	for name, ops := range map[string][]porcupine.Operation{
		"oversold":            {hold(0, 2, 0, false, came{}, 0, 5), hold(1, 1, 0, false, came{}, 0, 5)},
		"oversold together":   {hold(0, 2, 0, false, came{}, 0, 5), hold(1, 0, 2, false, came{}, 0, 5)},
		"refused for nothing": {hold(0, 1, 0, false, came{}, 0, 5), hold(1, 1, 0, false, soldOut, 0, 5)},
		"a code used twice":   {hold(0, 1, 0, true, came{}, 0, 5), hold(1, 0, 1, true, came{}, 0, 5)},
		"the past":            {hold(0, 1, 0, false, came{}, 0, 5), sees([2]int{}, [2]int{}, 6, 7)},
		"the future":          {hold(0, 1, 0, false, came{}, 6, 7), sees([2]int{1, 0}, [2]int{}, 0, 5)},
		"half of a deal":      {hold(0, 1, 1, false, came{}, 0, 5), sees([2]int{1, 0}, [2]int{}, 0, 5)},
	} {
		if porcupine.CheckOperations(f.model(), ops) {
			t.Errorf("%s is taken for possible", name)
		}
	}
	possible := []porcupine.Operation{hold(0, 2, 0, true, came{}, 0, 5), hold(1, 1, 0, false, soldOut, 0, 5), sees([2]int{}, [2]int{}, 1, 2), sees([2]int{2, 0}, [2]int{}, 3, 9)}
	if !porcupine.CheckOperations(f.model(), possible) {
		t.Error("what is possible is refused")
	}
}

// Package simulation plays a box office, its buyers, its organiser and a bank in sequences that a seed decides, and compares every step
// with a model of the plainest reasoning that shares no rule with the product. Who fails prints the seed: the same seed plays the same
// sequence again. The product is played in memory, by its rules alone, and on PostgreSQL, by all of it.
//
//	system   what is played: the rules in memory, or a store
//	model    what should be
//	bank     payments as bookings knows them: captures that come late, twice or not at all, refunds, disputes
package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
)

// play is one sequence.
type play struct {
	*rand.Rand
	sys   System
	model *model
	bank  *bank
	keys  int
	trace []string
}

// Run plays so many steps of a seed. prompt says that time and calling off end bookings at once, as they do where jobs run by themselves.
// The error tells what is not as it should be, and how it came to that.
func Run(sys System, start time.Time, seed uint64, steps int, prompt bool) error {
	p := &play{Rand: rand.New(rand.NewPCG(seed, 5)), sys: sys} //nolint:gosec // to be repeated, not to be secret
	p.model = newModel(p.Rand, fmt.Sprintf("%d_%d", seed, start.Unix()), start, prompt)
	p.bank = &bank{model: p.model}
	err := p.begin()
	for i := 0; err == nil && i < steps; i++ {
		err = p.step()
	}
	if err == nil {
		err = p.drain()
	}
	if err != nil {
		return fmt.Errorf("seed %d: %w\n%s", seed, err, strings.Join(p.trace, "\n"))
	}
	return nil
}

func (p *play) note(format string, args ...any) {
	p.trace = append(p.trace, fmt.Sprintf("%3d ", len(p.trace)+1)+fmt.Sprintf(format, args...))
}

func (p *play) begin() error {
	p.note("%s", p.model)
	if err := p.sys.Hear(contract.EventPublished{Event: p.model.snapshot(), At: p.model.now}); err != nil {
		return err
	}
	for _, c := range p.model.codes {
		p.note("code %s: %s uses, %s a person", c.Code, show(c.MaxUses), show(c.PerPerson))
		if err := p.sys.AddCode(c.PromoCode); err != nil {
			return err
		}
	}
	return p.check()
}

// step plays one step, whose odds favour what fills the house.
func (p *play) step() error {
	var err error
	switch k := p.IntN(100); {
	case k < 34:
		err = p.hold()
	case k < 46:
		err = p.act()
	case k < 60:
		p.bank.pay(p)
	case k < 76:
		err = p.deliver()
	case k < 80:
		p.bank.refund(p)
	case k < 83:
		p.bank.dispute(p)
	case k < 89:
		err = p.pass()
	case k < 92:
		err = p.sweep()
	case k < 97:
		err = p.organise()
	case k < 99:
		err = p.toggle()
	default:
		err = p.callOff()
	}
	if err != nil {
		return err
	}
	return p.check()
}

// wanted compares a refusal with the one that should be.
func (p *play) wanted(what string, err error, want errs.Code) error {
	if got := errs.CodeOf(err); got != want {
		return fmt.Errorf("%s: refused with %q (%w), want %q", what, got, err, want)
	}
	return nil
}

func (p *play) hold() error {
	w := p.model.wish(p.Rand)
	p.keys++
	in := booking.HoldSeatsInput{
		EventID: p.model.event.EventID, ConfirmIfFree: w.confirm, IdempotencyKey: fmt.Sprintf("%s-%06d", p.model.event.EventID, p.keys),
	}
	for i, n := range w.n {
		if n > 0 {
			item := &booking.HoldItemInput{TicketTypeID: p.model.event.TicketTypes[i].TicketTypeID, Quantity: n}
			if i == numbered {
				item.SeatIDs, item.Accessible = w.seats, w.accessible
			}
			in.Items = append(in.Items, item)
		}
	}
	for _, c := range w.codes {
		in.Codes = append(in.Codes, " "+strings.ToLower(p.model.codes[c].Code))
	}
	want := p.model.refuse(w)
	p.note("%s holds %v codes %v seats %v accessible %v at once %v: %q", w.who.UserID, w.n, w.codes, w.seats, w.accessible, w.confirm, want)
	k, err := p.sys.Hold(w.who, in)
	if err := p.wanted("hold", err, want); err != nil || want != "" {
		return err
	}
	p.note("    is %s, %d minor units", k.ID, k.Total.Amount)
	return p.model.placed(w, k)
}

func (p *play) act() error {
	k := p.model.any(p.Rand)
	if k == nil {
		return nil
	}
	a := []Act{Confirm, Extend, Cancel, Cancel}[p.IntN(4)]
	v := k.who
	if p.IntN(20) == 0 {
		v = people[p.IntN(len(people))]
	}
	var expected *int64
	if a == Cancel && p.IntN(3) == 0 {
		amount := int64(p.IntN(3000))
		if p.IntN(2) == 0 {
			amount, _ = p.model.quote(k)
		}
		expected = &amount
	}
	want := p.model.refuseAct(v, a, k, expected)
	p.note("%s: %s %s (%s), expects %s: %q", v.UserID, a, k.id, k.status, show(expected), want)
	if err := p.wanted(string(a), p.sys.Act(v, a, k.id, expected), want); err != nil || want != "" {
		return err
	}
	p.model.acted(a, k)
	return nil
}

// show writes a number that may be missing.
func show[N int | int64](n *N) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

// deliver lets a message of the bank arrive, whichever; now and then it arrives once more later.
func (p *play) deliver() error {
	m := p.bank.take(p.Rand)
	if m == nil {
		return nil
	}
	p.note("%s", line(m))
	if err := p.sys.Hear(m); err != nil {
		return err
	}
	p.model.heard(m)
	return nil
}

func (p *play) pass() error {
	d := []time.Duration{time.Minute, booking.HoldFor / 2, booking.HoldFor, 9 * time.Hour}[p.IntN(4)]
	p.note("%s pass", d)
	p.sys.Pass(d)
	p.model.now = p.model.now.Add(d)
	if p.model.prompt {
		return p.sweep()
	}
	return nil
}

func (p *play) sweep() error {
	p.note("sweep")
	if err := p.sys.Sweep(); err != nil {
		return err
	}
	p.model.swept()
	if p.model.cancelled {
		if err := p.sys.EndCalledOff(p.model.event.EventID); err != nil {
			return err
		}
		p.model.ended()
	}
	return nil
}

func (p *play) organise() error {
	p.model.organise(p.Rand)
	p.note("the organiser: %s", p.model)
	return p.sys.Hear(contract.EventPublished{Event: p.model.snapshot(), At: p.model.now})
}

func (p *play) toggle() error {
	c := p.model.codes[p.IntN(len(p.model.codes))]
	c.Active = !c.Active
	p.note("code %s active: %v", c.Code, c.Active)
	return p.sys.SetActive(p.model.event.EventID, c.Code, c.Active)
}

func (p *play) callOff() error {
	if p.IntN(4) > 0 {
		return nil
	}
	p.note("called off")
	p.model.cancelled = true
	if err := p.sys.Hear(contract.EventCancelled{Event: p.model.snapshot(), Reason: "Rain", At: p.model.now}); err != nil {
		return err
	}
	if p.model.prompt {
		return p.sweep()
	}
	return nil
}

// drain lets everything arrive and end, and looks at the money.
func (p *play) drain() error {
	p.note("drain")
	for range 2 { // what comes back from the bank at last may make it give back more
		for {
			m := p.bank.take(p.Rand)
			if m == nil {
				break
			}
			p.note("%s", line(m))
			if err := p.sys.Hear(m); err != nil {
				return err
			}
			p.model.heard(m)
			if err := p.check(); err != nil {
				return err
			}
		}
		if err := p.sweep(); err != nil {
			return err
		}
		if err := p.check(); err != nil {
			return err
		}
	}
	return p.bank.balanced()
}

// check compares all there is, and what was told, with what should be.
func (p *play) check() error {
	told, err := p.sys.Told()
	if err != nil {
		return err
	}
	if err := p.model.told(told); err != nil {
		return err
	}
	for _, m := range told {
		p.bank.heard(m)
	}
	picture, err := p.sys.Look(p.model.event.EventID, p.model.bookingIDs())
	if err != nil {
		return err
	}
	return p.model.compare(picture)
}

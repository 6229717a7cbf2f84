package booking

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"marquee/internal/contract"
	"marquee/internal/email"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Guest is who a ticket is for. All of it may be empty but one of name, e-mail address and answers.
type Guest struct {
	TypeID   string
	Position int    // among the booking's tickets of the type, from 1
	Name     string // at most 100 characters
	Email    string // in the form of package email
	Answers  []Answer

	seats *seats
}

// SetGuestsInput is who the tickets of a booking are for, and the answers that are given once for it: all of it, in place of what was given
// before.
type SetGuestsInput struct {
	BookingID      string
	Guests         []*GuestInput
	Answers        []*AnswerInput
	IdempotencyKey string `json:"-"`
}

// GuestInput is the guest of one ticket.
type GuestInput struct {
	TicketTypeID string
	Position     int
	Name, Email  *string
	Answers      []*AnswerInput
}

// AnswerInput is an answer; an empty value is none.
type AnswerInput struct {
	QuestionID string
	Value      string
}

const (
	longestGuest = 100 // characters of a name
	mostRefusals = 100 // told at once
)

// TicketType is the type of the guest's ticket.
func (g *Guest) TicketType() *TicketType { return &TicketType{ID: g.TypeID, seats: g.seats} }

func (g *Guest) empty() bool { return g.Name == "" && g.Email == "" && len(g.Answers) == 0 }

// same reports whether two guests, either of which may be nil, are told alike.
func same(a, b *Guest) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name && a.Email == b.Email &&
		slices.EqualFunc(a.Answers, b.Answers, func(a, b Answer) bool { return a.QuestionID == b.QuestionID && a.Value == b.Value })
}

// guest returns the guest of a ticket of a type, nil for none.
func (b *Booking) guest(typeID string, position int) *Guest {
	for _, g := range b.Guests {
		if g.TypeID == typeID && g.Position == position {
			return g
		}
	}
	return nil
}

// Fit gives the booking's tickets their guests and its answers their questions.
func (b *Booking) Fit() {
	asked := make(map[string]*contract.Question, len(b.AskedSet))
	for i := range b.AskedSet {
		asked[b.AskedSet[i].ID] = &b.AskedSet[i]
	}
	known := func(answers []Answer) []Answer {
		for i := range answers {
			answers[i].Question = asked[answers[i].QuestionID]
		}
		return slices.DeleteFunc(answers, func(a Answer) bool { return a.Question == nil })
	}
	b.Answers = known(b.Answers)
	type place struct {
		typeID   string
		position int
	}
	guests := make(map[place]*Guest, len(b.Guests))
	for _, g := range b.Guests {
		g.Answers = known(g.Answers)
		guests[place{g.TypeID, g.Position}] = g
	}
	seen := map[string]int{}
	for _, t := range b.Tickets {
		seen[t.TypeID]++
		t.Guest = guests[place{t.TypeID, seen[t.TypeID]}]
	}
	b.sortGuests()
}

// sortGuests brings the guests into the order of the tickets.
func (b *Booking) sortGuests() {
	item := map[string]int{}
	for n, i := range b.Items {
		item[i.TypeID] = n
	}
	slices.SortStableFunc(b.Guests, func(x, y *Guest) int {
		if d := item[x.TypeID] - item[y.TypeID]; d != 0 {
			return d
		}
		return x.Position - y.Position
	})
}

// SetGuests replaces the guests and answers of a booking while it is held and, once it is confirmed, until its event begins; those of
// tickets that were used stay as they are. The questions are those of the moment of the hold. Nothing changes unless all of it is right.
// Errors: BOOKING_NOT_FOUND, HOLD_EXPIRED, ALREADY_ENDED, TOO_LATE, GUEST_NOT_FOUND, INVALID_NAME, INVALID_EMAIL, QUESTION_NOT_FOUND,
// INVALID_ANSWER, ANSWERS_REQUIRED.
func (w *Work) SetGuests(v *viewer.Viewer, in SetGuestsInput) error {
	b := w.Booking
	switch {
	case b == nil || !v.Owns(b.UserID):
		return errBookingNotFound
	case b.Status == Expired && *b.EndReason == contract.HoldExpired, b.Status == Held && !w.Now.Before(b.ExpiresAt):
		return errs.New(HoldExpired, "The hold has run out; book again.").At("input", "bookingId")
	case b.Status != Held && b.Status != Confirmed || w.Show.Cancelled:
		return errs.New(AlreadyEnded, "This booking has ended already.").At("input", "bookingId")
	case b.Status == Confirmed && w.Show.Begun(w.Now):
		return errs.New(TooLate, "The event has begun: its guests stay as they are.").At("input", "bookingId")
	}
	var refused refusals
	answers := refused.answers(b.ofOrder(), in.Answers, "", "input", "answers")
	guests := refused.guests(b, in.Guests)
	refused.used(b, guests)
	if err := refused.Err(); err != nil {
		return err
	}
	told := map[string]string{} // addresses, by ticket
	for _, t := range b.Tickets {
		if t.Guest != nil {
			told[t.ID] = t.Guest.Email
		}
	}
	b.Answers, b.Guests = answers, guests
	b.Named = true
	b.Fit()
	w.Named = true
	if b.AnswersMissing {
		b.AnswersMissing = false
		if b.Status == Held {
			b.Revision++
			w.Changed, w.Messages = true, append(w.Messages, contract.BookingHeld{Booking: b.message(w.Show), At: w.Now})
		}
	}
	w.assign(told)
	return nil
}

// assign tells of the tickets whose guest has another e-mail address than they were told of.
func (w *Work) assign(told map[string]string) {
	for _, t := range w.Booking.Tickets {
		if t.Guest == nil || t.Guest.Email == "" || t.Guest.Email == told[t.ID] {
			continue
		}
		m := contract.TicketAssigned{
			Booking: w.Booking.message(w.Show), TicketID: t.ID, TicketName: t.Name, Code: t.Code, GuestName: t.Guest.Name, GuestEmail: t.Guest.Email, At: w.Now,
		}
		if t.Seat != nil {
			m.Seat = t.Seat.Label()
		}
		w.Messages = append(w.Messages, m)
	}
}

// refusals is what is wrong with guests and answers, as far as one wants to read it.
type refusals struct{ errs.List }

func (r *refusals) add(code errs.Code, message string, field ...string) {
	if len(r.List) < mostRefusals {
		r.Add(code, message, field...)
	}
}

// guests reads the guests of all tickets of a booking.
func (r *refusals) guests(b *Booking, inputs []*GuestInput) []*Guest {
	var out []*Guest
	type place struct {
		typeID   string
		position int
	}
	given := map[place]bool{}
	for n, in := range inputs {
		at := []string{"input", "guests", strconv.Itoa(n)}
		k := slices.IndexFunc(b.Items, func(i *Item) bool { return i.TypeID == in.TicketTypeID })
		switch {
		case k < 0:
			r.add(GuestNotFound, "The booking has no such ticket.", append(at, "ticketTypeId")...)
			continue
		case in.Position < 1 || in.Position > b.Items[k].Quantity+b.Items[k].Returned:
			r.add(GuestNotFound, fmt.Sprintf("The booking has %d of the ticket “%s”.", b.Items[k].Quantity+b.Items[k].Returned, b.Items[k].Name), append(at, "position")...)
			continue
		case given[place{in.TicketTypeID, in.Position}]:
			r.add(GuestNotFound, "Name each ticket once.", append(at, "position")...)
			continue
		}
		given[place{in.TicketTypeID, in.Position}] = true
		who := fmt.Sprintf("%s %d: ", b.Items[k].Name, in.Position)
		g := &Guest{TypeID: in.TicketTypeID, Position: in.Position, Name: r.name(in.Name, who, at), Email: r.email(in.Email, who, at)}
		g.Answers = r.answers(b.ofTicket(in.TicketTypeID), in.Answers, who, append(at, "answers")...)
		if !g.empty() {
			out = append(out, g)
		}
	}
	for _, i := range b.Items {
		questions := b.ofTicket(i.TypeID)
		for p := 1; p <= i.Quantity && len(r.List) < mostRefusals; p++ {
			if !given[place{i.TypeID, p}] {
				r.answers(questions, nil, fmt.Sprintf("%s %d: ", i.Name, p), "input", "guests")
			}
		}
	}
	return out
}

func (r *refusals) name(s *string, who string, at []string) string {
	if s == nil {
		return ""
	}
	name := strings.TrimSpace(*s)
	if !plain(name) || utf8.RuneCountInString(name) > longestGuest {
		r.add(InvalidName, fmt.Sprintf("%sa name has at most %d characters.", who, longestGuest), append(at, "name")...)
	}
	return name
}

func (r *refusals) email(s *string, who string, at []string) string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return ""
	}
	address, ok := email.Normal(*s)
	if !ok {
		r.add(InvalidEmail, who+"this is not an e-mail address.", append(at, "email")...)
	}
	return address
}

// answers reads the answers to some questions in their order. who begins each sentence.
func (r *refusals) answers(questions []contract.Question, inputs []*AnswerInput, who string, at ...string) []Answer {
	wrong := map[string]bool{}
	values := map[string]string{}
	seen := map[string]bool{}
	for n, in := range inputs {
		here := append(slices.Clone(at), strconv.Itoa(n))
		k := slices.IndexFunc(questions, func(q contract.Question) bool { return q.ID == in.QuestionID })
		if k < 0 || seen[in.QuestionID] {
			r.add(QuestionNotFound, who+"this is not asked here, or is answered twice.", append(here, "questionId")...)
			continue
		}
		seen[in.QuestionID] = true
		kept, why := read(questions[k], in.Value)
		if why != "" {
			wrong[in.QuestionID] = true
			r.add(InvalidAnswer, fmt.Sprintf("%s“%s”: %s", who, questions[k].Label, why), append(here, "value")...)
		}
		values[in.QuestionID] = kept
	}
	var out []Answer
	for _, q := range questions {
		switch value := values[q.ID]; {
		case value != "":
			out = append(out, Answer{QuestionID: q.ID, Value: value})
		case q.Required && !wrong[q.ID]:
			r.add(AnswersRequired, fmt.Sprintf("%s“%s” needs an answer.", who, q.Label), at...)
		}
	}
	return out
}

// used refuses other guests than before on tickets that were used.
func (r *refusals) used(b *Booking, guests []*Guest) {
	if len(b.Tickets) == 0 {
		return
	}
	after := &Booking{Guests: guests}
	seen := map[string]int{}
	for _, t := range b.Tickets {
		seen[t.TypeID]++
		if t.Status == CheckedIn && !same(b.guest(t.TypeID, seen[t.TypeID]), after.guest(t.TypeID, seen[t.TypeID])) {
			r.add(TooLate, fmt.Sprintf("%s %d: this guest is in already.", t.Name, seen[t.TypeID]), "input", "guests")
		}
	}
}

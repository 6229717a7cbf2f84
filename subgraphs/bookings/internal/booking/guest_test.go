package booking_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
)

// asked is one question of each kind and scope; the size is asked of the first type's tickets only.
var asked = []contract.Question{
	{ID: "size", Label: "Size", Kind: contract.ChoiceQuestion, Scope: contract.PerTicket, Required: true, Options: []string{"S", "L"}, TicketTypeIDs: []string{"tkt_0"}},
	{ID: "age", Label: "Age", Kind: contract.NumberQuestion, Scope: contract.PerTicket},
	{ID: "terms", Label: "Agreed", Kind: contract.CheckboxQuestion, Scope: contract.PerOrder, Required: true},
	{ID: "source", Label: "How", Kind: contract.TextQuestion, Scope: contract.PerOrder, MaxLength: 5},
}

func answered(pairs ...string) []*booking.AnswerInput {
	var out []*booking.AnswerInput
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, &booking.AnswerInput{QuestionID: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func guestOf(k, position int, name, email string, answers ...string) *booking.GuestInput {
	return &booking.GuestInput{TicketTypeID: fmt.Sprint("tkt_", k), Position: position, Name: &name, Email: &email, Answers: answered(answers...)}
}

// codes are the codes and fields of an error, "CODE input.field", and of what it says the last one.
func codes(err error) (string, string) {
	var list errs.List
	var one *errs.Error
	if !errors.As(err, &list) && errors.As(err, &one) {
		list = errs.List{one}
	}
	var out []string
	last := ""
	for _, e := range list {
		out = append(out, string(e.Code)+" "+strings.Join(e.Field, "."))
		last = e.Message
	}
	return strings.Join(out, ", "), last
}

func TestAnswersAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(5, 5, 5)
	w.event.Questions = asked
	w.apply()
	b, err := w.hold(true, &booking.HoldItemInput{TicketTypeID: "tkt_0", Quantity: 2}, &booking.HoldItemInput{TicketTypeID: "tkt_1", Quantity: 1})
	if err != nil || b.Status != booking.Held || !b.AnswersMissing {
		t.Fatalf("%+v, %v", b, err)
	}
	good := func() booking.SetGuestsInput {
		return booking.SetGuestsInput{
			Guests:  []*booking.GuestInput{guestOf(0, 1, "Ada", "", "size", "S"), guestOf(0, 2, "", "", "size", " L "), guestOf(1, 1, "  Grace ", " Grace@Example.COM ", "age", "-3.5")},
			Answers: answered("terms", "true", "source", "a friend"[2:7]),
		}
	}
	for _, test := range []struct {
		name   string
		change func(*booking.SetGuestsInput)
		want   string
		says   string
	}{
		{
			"nothing", func(in *booking.SetGuestsInput) { *in = booking.SetGuestsInput{} },
			"ANSWERS_REQUIRED input.answers, ANSWERS_REQUIRED input.guests, ANSWERS_REQUIRED input.guests", "Type 0 2: “Size” needs an answer.",
		},
		{"no tick", func(in *booking.SetGuestsInput) { in.Answers[0].Value = "false" }, "ANSWERS_REQUIRED input.answers", "“Agreed” needs an answer."},
		{"no such tick", func(in *booking.SetGuestsInput) { in.Answers[0].Value = "yes" }, "INVALID_ANSWER input.answers.0.value", "“Agreed”: answer true or false."},
		{"a long text", func(in *booking.SetGuestsInput) { in.Answers[1].Value = "éééééé" }, "INVALID_ANSWER input.answers.1.value", "“How”: write at most 5 characters."},
		{"two lines", func(in *booking.SetGuestsInput) { in.Answers[1].Value = "a\nb" }, "INVALID_ANSWER input.answers.1.value", "“How”: write on one line."},
		{"no option", func(in *booking.SetGuestsInput) { in.Guests[0].Answers[0].Value = "XL" }, "INVALID_ANSWER input.guests.0.answers.0.value", "Type 0 1: “Size”: choose one of the options."},
		{"no number", func(in *booking.SetGuestsInput) { in.Guests[2].Answers[0].Value = "1e5" }, "INVALID_ANSWER input.guests.2.answers.0.value", "Type 1 1: “Age”: give a number, for example 3 or -3.5."},
		{"not asked of this type", func(in *booking.SetGuestsInput) { in.Guests[2].Answers = answered("size", "S") }, "QUESTION_NOT_FOUND input.guests.2.answers.0.questionId", ""},
		{"not asked of a ticket", func(in *booking.SetGuestsInput) { in.Guests[1].Answers = answered("size", "S", "terms", "true") }, "QUESTION_NOT_FOUND input.guests.1.answers.1.questionId", ""},
		{"twice", func(in *booking.SetGuestsInput) { in.Answers = answered("terms", "true", "terms", "true") }, "QUESTION_NOT_FOUND input.answers.1.questionId", ""},
		{"one too many", func(in *booking.SetGuestsInput) { in.Guests[2].Position = 2 }, "GUEST_NOT_FOUND input.guests.2.position", ""},
		{"none", func(in *booking.SetGuestsInput) { in.Guests[2].Position = 0 }, "GUEST_NOT_FOUND input.guests.2.position", ""},
		{"not booked", func(in *booking.SetGuestsInput) { in.Guests[2].TicketTypeID = "tkt_2" }, "GUEST_NOT_FOUND input.guests.2.ticketTypeId", ""},
		{"one guest twice", func(in *booking.SetGuestsInput) { in.Guests[1].Position = 1 }, "GUEST_NOT_FOUND input.guests.1.position, ANSWERS_REQUIRED input.guests", ""},
		{"a long name", func(in *booking.SetGuestsInput) { *in.Guests[0].Name = strings.Repeat("é", 101) }, "INVALID_NAME input.guests.0.name", ""},
		{"a name of two lines", func(in *booking.SetGuestsInput) { *in.Guests[0].Name = "A\x00da" }, "INVALID_NAME input.guests.0.name", ""},
		{"no address", func(in *booking.SetGuestsInput) { *in.Guests[0].Email = "ada@localhost" }, "INVALID_EMAIL input.guests.0.email", "Type 0 1: this is not an e-mail address."},
	} {
		in := good()
		test.change(&in)
		err := w.change(b, func(k *booking.Work) error { return k.SetGuests(holder, in) })
		if got, says := codes(err); got != test.want || test.says != "" && says != test.says {
			t.Errorf("%s: %s (%s), want %s (%s)", test.name, got, says, test.want, test.says)
		}
		if b.Guests != nil || !b.AnswersMissing || b.Revision != 1 {
			t.Fatalf("%s: refused, but %+v", test.name, b)
		}
	}
	if err := w.change(b, func(k *booking.Work) error { return k.SetGuests(holder, good()) }); err != nil {
		t.Fatal(err)
	}
	if g := b.Guests; len(g) != 3 || g[1].Answers[0].Value != "L" || g[2].Name != "Grace" || g[2].Email != "grace@example.com" || b.Answers[1].Value != "frien" || b.Answers[0].Question.Label != "Agreed" {
		t.Errorf("%+v", g)
	}
	if b.AnswersMissing || b.Revision != 2 {
		t.Errorf("%+v", b)
	}
}

// guesses draws guests and answers of which many are wrong.
func guesses(t *rapid.T) booking.SetGuestsInput {
	var in booking.SetGuestsInput
	for range rapid.IntRange(0, 6).Draw(t, "guests") {
		g := guestOf(rapid.IntRange(0, 2).Draw(t, "type"), rapid.IntRange(1, 4).Draw(t, "position"), rapid.SampledFrom([]string{"", "Ada", "Grace"}).Draw(t, "name"), "")
		if rapid.IntRange(0, 3).Draw(t, "size") > 0 {
			g.Answers = answered("size", rapid.SampledFrom([]string{"S", "L", "L", "S", "XL"}).Draw(t, "size"))
		}
		in.Guests = append(in.Guests, g)
	}
	in.Answers = answered("terms", rapid.SampledFrom([]string{"true", "true", "true", "false"}).Draw(t, "terms"))
	return in
}

// complete is guests and answers that are right for the booking.
func complete(b *booking.Booking, name string) booking.SetGuestsInput {
	var in booking.SetGuestsInput
	questions := b.Questions()
	for _, i := range b.Items {
		for p := 1; p <= i.Quantity; p++ {
			g := &booking.GuestInput{TicketTypeID: i.TypeID, Position: p, Name: &name}
			for _, q := range questions {
				if q.ID == "size" && slices.Contains(q.TicketTypeIDs, i.TypeID) {
					g.Answers = answered("size", "S")
				}
			}
			in.Guests = append(in.Guests, g)
		}
	}
	for _, q := range questions {
		if q.ID == "terms" {
			in.Answers = answered("terms", "true")
		}
	}
	return in
}

// unnamed returns what is not as it must be with a booking's guests, "" if all is well.
func unnamed(b *booking.Booking, captured bool) string {
	if b.Status == booking.Confirmed && b.AnswersMissing && !captured {
		return b.ID + " is confirmed without answers"
	}
	seen := map[string]int{}
	for _, t := range b.Tickets {
		seen[t.TypeID]++
		var want *booking.Guest
		for _, g := range b.Guests {
			if g.TypeID == t.TypeID && g.Position == seen[t.TypeID] {
				want = g
			}
		}
		if t.Guest != want {
			return fmt.Sprintf("ticket %d of %s is for %+v, not %+v", seen[t.TypeID], t.TypeID, t.Guest, want)
		}
	}
	if b.AnswersMissing || !b.Named || !slices.ContainsFunc(b.Questions(), func(q contract.Question) bool { return q.ID == "size" }) {
		return ""
	}
	sizes := 0
	for _, g := range b.Guests {
		for _, a := range g.Answers {
			if a.QuestionID == "size" {
				sizes++
			}
		}
	}
	for _, i := range b.Items {
		if i.TypeID == "tkt_0" && sizes != i.Quantity {
			return fmt.Sprintf("%s has %d sizes of %d", b.ID, sizes, i.Quantity)
		}
	}
	return ""
}

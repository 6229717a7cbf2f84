package booking

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"marquee/internal/contract"
)

// Answer is what was answered to a question of a booking.
type Answer struct {
	QuestionID string             `json:"questionId"`
	Value      string             `json:"value"`
	Question   *contract.Question `json:"-"` // as it was asked
}

// QuestionSetID tells sets of questions apart; "" for none.
func QuestionSetID(questions []contract.Question) string {
	if len(questions) == 0 {
		return ""
	}
	set, err := json.Marshal(questions)
	if err != nil {
		panic("booking: questions of texts and numbers cannot fail to be written: " + err.Error())
	}
	sum := sha256.Sum256(set)
	return hex.EncodeToString(sum[:])
}

// ask notes what a new booking is asked: nothing where no question concerns its tickets.
func (b *Booking) ask(show *Show) {
	b.AskedSet = show.Questions
	questions := b.Questions()
	if len(questions) == 0 {
		b.AskedSet = nil
		return
	}
	b.Asked = show.Asks
	b.AnswersMissing = slices.ContainsFunc(questions, func(q contract.Question) bool { return q.Required })
}

// Questions returns what the booking was asked when its seats were held, as far as it concerns its tickets.
func (b *Booking) Questions() []contract.Question {
	out := make([]contract.Question, 0, len(b.AskedSet))
	for _, q := range b.AskedSet {
		if slices.ContainsFunc(b.Items, func(i *Item) bool { return concerns(q, i.TypeID) }) {
			out = append(out, q)
		}
	}
	return out
}

// concerns reports whether a question is asked of who books tickets of a type.
func concerns(q contract.Question, typeID string) bool {
	return len(q.TicketTypeIDs) == 0 || slices.Contains(q.TicketTypeIDs, typeID)
}

// ofOrder and ofTicket return the questions asked once for the booking, and for each ticket of a type.
func (b *Booking) ofOrder() []contract.Question {
	return slices.DeleteFunc(b.Questions(), func(q contract.Question) bool { return q.Scope == contract.PerTicket })
}

func (b *Booking) ofTicket(typeID string) []contract.Question {
	return slices.DeleteFunc(b.Questions(), func(q contract.Question) bool { return q.Scope != contract.PerTicket || !concerns(q, typeID) })
}

// number is a decimal number of at most 15 digits before the point and 6 after it.
var number = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)

// read returns an answer as it is kept, "" for none, and why it is not one to the question.
func read(q contract.Question, value string) (kept, why string) {
	kept = strings.TrimSpace(value)
	if kept == "" {
		return "", ""
	}
	switch q.Kind {
	case contract.ChoiceQuestion:
		if !slices.Contains(q.Options, kept) {
			return "", "choose one of the options."
		}
	case contract.CheckboxQuestion:
		if kept != "true" && kept != "false" {
			return "", "answer true or false."
		}
		if kept == "false" && q.Required {
			return "", "" // only a tick counts
		}
	case contract.NumberQuestion:
		if !number.MatchString(kept) {
			return "", "give a number, for example 3 or -3.5."
		}
	default:
		switch {
		case !plain(kept):
			return "", "write on one line."
		case utf8.RuneCountInString(kept) > q.MaxLength:
			return "", fmt.Sprintf("write at most %d characters.", q.MaxLength)
		}
	}
	return kept, ""
}

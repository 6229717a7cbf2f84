package event

import (
	"fmt"
	"slices"
	"strconv"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
)

// Limits of questions.
const (
	mostQuestions = 20
	longestLabel  = 200
	mostOptions   = 50
	longestOption = 100
	longestAnswer = 1000
	usualAnswer   = 200 // characters of a text whose question does not say
)

// QuestionInput is a question to ask of who books.
type QuestionInput struct {
	ID            *string
	Label         string
	Kind, Scope   string // values of package contract
	Required      bool
	Options       []string
	MaxLength     *int
	TicketTypeIDs []string
}

// setQuestions replaces the event's questions; the ticket types are set already. Inputs with an id change that question.
func setQuestions(wrong *errs.List, e *Event, inputs []*QuestionInput) {
	if len(inputs) > mostQuestions {
		wrong.Add(errs.InvalidInput, fmt.Sprintf("An event asks at most %d questions.", mostQuestions), "input", "questions")
		return
	}
	before := map[string]bool{}
	for _, q := range e.Questions {
		before[q.ID] = true
	}
	questions := make([]contract.Question, 0, len(inputs))
	for i, in := range inputs {
		refuse := func(field, message string) {
			wrong.Add(errs.InvalidInput, message, "input", "questions", strconv.Itoa(i), field)
		}
		q := contract.Question{
			ID: id.New("qst"), Label: in.Label, Kind: in.Kind, Scope: in.Scope, Required: in.Required, Options: in.Options,
			TicketTypeIDs: in.TicketTypeIDs,
		}
		switch {
		case in.ID == nil:
		case !before[*in.ID]:
			refuse("id", "The event has no such question, or it stands here twice.")
		default:
			q.ID, before[*in.ID] = *in.ID, false
		}
		in.check(&q, e, refuse)
		questions = append(questions, q)
	}
	e.Questions = questions
}

func (in *QuestionInput) check(q *contract.Question, e *Event, refuse func(field, message string)) {
	if why := line("The question", in.Label, 1, longestLabel); why != "" {
		refuse("label", why)
	}
	if in.Kind == contract.ChoiceQuestion {
		if n := len(in.Options); n < 2 || n > mostOptions {
			refuse("options", fmt.Sprintf("A choice has 2 to %d options.", mostOptions))
		}
		for i, o := range in.Options {
			if why := line("An option", o, 1, longestOption); why != "" {
				refuse("options", why)
			}
			if slices.Contains(in.Options[:i], o) {
				refuse("options", "Each option stands here once.")
			}
		}
	} else if len(in.Options) > 0 {
		refuse("options", "Only a choice has options.")
	}
	switch {
	case in.Kind != contract.TextQuestion:
		if in.MaxLength != nil {
			refuse("maxLength", "Only a text has a length.")
		}
	case in.MaxLength == nil:
		q.MaxLength = usualAnswer
	case *in.MaxLength < 1 || *in.MaxLength > longestAnswer:
		refuse("maxLength", "A text has 1 to 1,000 characters.")
	default:
		q.MaxLength = *in.MaxLength
	}
	for _, t := range in.TicketTypeIDs {
		if !slices.ContainsFunc(e.TicketTypes, func(k *TicketType) bool { return k.ID == t }) {
			refuse("ticketTypeIds", "The event has no such kind of ticket.")
		}
	}
}

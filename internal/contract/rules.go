package contract

// Kinds of ticket; the values of the GraphQL enum TicketKind. An empty kind is an admission.
const (
	Admission = "ADMISSION"
	AddOn     = "ADD_ON" // bought together with an admission ticket of the same order
)

// Who sees a ticket type listed; the values of the GraphQL enum TicketVisibility. An empty visibility is public.
const (
	Public     = "PUBLIC"
	Hidden     = "HIDDEN"      // not listed; bookable by who knows its id
	AccessCode = "ACCESS_CODE" // not listed; bookable with a code that unlocks it
)

// Kinds of question; the values of the GraphQL enum QuestionKind.
const (
	TextQuestion     = "TEXT"
	ChoiceQuestion   = "CHOICE"
	CheckboxQuestion = "CHECKBOX"
	NumberQuestion   = "NUMBER"
)

// What a question is asked for; the values of the GraphQL enum QuestionScope.
const (
	PerOrder  = "ORDER"
	PerTicket = "TICKET"
)

// Question is what an event's organiser asks of who books.
type Question struct {
	ID            string   `json:"id"`
	Label         string   `json:"label"`
	Kind          string   `json:"kind"`
	Scope         string   `json:"scope"`
	Required      bool     `json:"required,omitempty"`
	Options       []string `json:"options,omitempty"`       // of a choice
	MaxLength     int      `json:"maxLength,omitempty"`     // of a text, in characters
	TicketTypeIDs []string `json:"ticketTypeIds,omitempty"` // asked only of these; none: of all
}

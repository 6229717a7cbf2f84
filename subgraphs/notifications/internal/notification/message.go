package notification

import "time"

// DeliveryStatus says where a message stands. It is the GraphQL enum.
type DeliveryStatus string

// The states: Queued → Sent or Failed; a resend goes back to Queued.
const (
	Queued DeliveryStatus = "QUEUED"
	Sent   DeliveryStatus = "SENT"
	Failed DeliveryStatus = "FAILED"
)

// OutboxMessage is a message that left, or will leave, by a channel. It is the GraphQL type.
type OutboxMessage struct {
	ID             string // msg_…
	NotificationID string
	UserID         string
	Channel        string // the name of the channel it leaves by
	Status         DeliveryStatus
	Recipient      string // the address
	Subject        string
	Text           string
	HTML           string
	Round          int // how often sending was ordered, from 1
	Attempts       int // how often the channel was asked, over all rounds
	Failure        *string
	CreatedAt      time.Time
	SentAt         *time.Time
	Unwritten      *Unwritten // nil once Subject, Text and HTML are there
}

// Unwritten is what a message will be written from when it is sent.
type Unwritten struct {
	Facts Facts
	Name  string // of the reader; may be empty
}

// write finds the words of a message that has none yet.
func (m *OutboxMessage) write(w Writer) error {
	if m.Unwritten == nil {
		return nil
	}
	f := m.Unwritten.Facts
	letter, err := w.Letter(f, f.reader(Recipient{Name: m.Unwritten.Name}).Name)
	if err != nil {
		return err
	}
	m.Subject, m.Text, m.HTML, m.Unwritten = letter.Subject, letter.Text, letter.HTML, nil
	return nil
}

// IsEntity marks a federation entity.
func (*OutboxMessage) IsEntity() {}

// Envelope is the message as its channel gets it.
func (m *OutboxMessage) Envelope() Envelope {
	return Envelope{
		MessageID: m.ID, Round: m.Round, To: m.Recipient, Subject: m.Subject, Text: m.Text, HTML: m.HTML, At: m.CreatedAt,
	}
}

package mail

import (
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must be known on machines without a zone database too
	"unicode"

	"marquee/internal/contract"
	"marquee/subgraphs/notifications/internal/notification"
)

// view is what templates see. Strings are plain text on one line; html/template escapes them.
type view struct {
	Subject     string
	Headline    string // one line
	Summary     string // a sentence or two
	Name        string // of the reader; may be empty
	Title       string // of the event; "" if not known
	When        string // local time at the event; "" if not known
	Venue       string
	Reference   string
	Items       []line
	Total       string // money; "" for a free booking
	Explanation string // the organiser's words; may be empty
	Code, Seat  string // of a ticket that is sent to its guest; else empty
	Ticket      string // the name of its type
	TicketsURL  string
	HomeURL     string
}

type line struct{ What, Price string }

func (w *Writer) view(f notification.Facts, name string) view {
	b := f.Brief
	v := view{
		Name: oneLine(name), Title: oneLine(b.EventTitle), Venue: oneLine(b.Venue), Reference: oneLine(b.Reference),
		Explanation: oneLine(f.Explanation), HomeURL: w.publicURL, TicketsURL: w.publicURL + "/tickets/" + url.PathEscape(b.BookingID),
	}
	if !b.EventStartsAt.IsZero() {
		v.When = localTime(b.EventStartsAt, b.EventTimeZone)
	}
	if f.Amount.Amount != 0 {
		v.Total = Format(f.Amount)
	}
	for _, i := range b.Items {
		l := line{What: strconv.Itoa(i.Quantity) + " × " + oneLine(i.Name), Price: Format(i.Total)}
		if i.Total.Amount == 0 {
			l.Price = "free"
		}
		v.Items = append(v.Items, l)
	}
	switch f.Kind {
	case notification.BookingConfirmed:
		v.confirmed(b.Tickets())
	case notification.BookingCancelled:
		v.cancelled(f.Reason)
	case notification.PaymentRefunded:
		v.refunded()
	case notification.TicketSent:
		v.sent(f.Ticket)
	}
	v.Subject = v.Headline
	if v.Reference != "" {
		v.Subject += " (" + v.Reference + ")"
	}
	return v
}

func (v *view) confirmed(tickets int) {
	v.Headline = "You are going to " + v.Title
	v.Summary = strconv.Itoa(tickets) + " " + plural(tickets, "ticket") + " for " + v.When
	if v.Venue != "" {
		v.Summary += ", " + v.Venue
	}
	v.Summary += ". Reference " + v.Reference + "."
}

func (v *view) cancelled(reason string) {
	switch reason {
	case contract.EventCalledOff:
		v.Headline = v.Title + " has been called off"
		v.Summary = "Your booking " + v.Reference + " ended with it."
	case contract.Refunded:
		v.Headline = "Your booking for " + v.Title + " was refunded"
		v.Summary = "The organiser gave your money back and cancelled booking " + v.Reference + "."
	default:
		v.Headline = "Your booking for " + v.Title + " is cancelled"
		v.Summary = "You cancelled booking " + v.Reference + "."
	}
	if v.Total != "" && reason != contract.Refunded {
		v.Summary += " What you paid goes back the way it came."
	}
}

func (v *view) sent(t *notification.Ticket) {
	v.Code, v.Seat, v.Ticket = oneLine(t.Code), oneLine(t.Seat), oneLine(t.Name)
	v.Headline = "A ticket for " + v.Title
	if guest := oneLine(t.Guest); guest != "" {
		v.Headline = "Ticket for " + guest + ": " + v.Title
	}
	v.Summary = "Sent to " + oneLine(t.Email) + "."
}

func (v *view) refunded() {
	v.Headline = "Your payment of " + v.Total + " goes back to you"
	v.Summary = "It came when your seats were no longer held"
	if v.Title != "" {
		v.Summary += " for " + v.Title
	}
	v.Summary += ", so we sent it back the way it came."
}

// localTime writes an instant as people at the event read their clocks, for example "Sunday, 28 March 2027, 19:30 CEST". An unknown zone
// is UTC.
func localTime(at time.Time, zone string) string {
	return at.In(location(zone)).Format("Monday, 2 January 2006, 15:04 MST")
}

// zones keeps what was read: reading a zone's rules takes longer than all else of a letter.
var zones sync.Map // string to *time.Location

func location(zone string) *time.Location {
	if known, ok := zones.Load(zone); ok {
		return known.(*time.Location)
	}
	found, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(zone, found)
	return found
}

// oneLine makes every run of white space and control characters one space: nothing that people type breaks a header or a layout.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

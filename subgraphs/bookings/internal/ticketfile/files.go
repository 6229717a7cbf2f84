package ticketfile

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"marquee/internal/id"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/calendar"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/pass"
)

// Route is where the files are served: the name is the id of a ticket or a booking with .pdf or .ics.
const Route = "GET /ticket-files/{name}"

// linkFor is how long a link works.
const linkFor = time.Hour

// Store is where the files' content comes from.
type Store interface {
	Bookings(ctx context.Context, ids []string) (map[string]*booking.Booking, error)
	Tickets(ctx context.Context, ids []string) (map[string]*booking.Ticket, error)
	Show(ctx context.Context, eventID string) (*booking.Show, error)
}

// Files makes links to files and serves them.
type Files struct {
	Store     Store
	Keys      *keyring.Ring
	Now       func() time.Time
	Log       *slog.Logger
	PublicURL string
}

// TicketPDF, TicketCalendar, BookingPDF and BookingCalendar return links that work for an hour; nil for what has nothing to print or to
// put into a calendar.
func (f *Files) TicketPDF(ctx context.Context, t *booking.Ticket) *string {
	return f.link(ctx, t.ID+".pdf", t.Status != booking.Void)
}

// TicketCalendar is the link to the ticket's event as a calendar's entry.
func (f *Files) TicketCalendar(ctx context.Context, t *booking.Ticket) *string {
	return f.link(ctx, t.ID+".ics", true)
}

// BookingPDF is the link to all tickets of a booking that are not void.
func (f *Files) BookingPDF(ctx context.Context, b *booking.Booking) *string {
	return f.link(ctx, b.ID+".pdf", len(good(b.Tickets)) > 0)
}

// BookingCalendar is the link to the booking's event as a calendar's entry.
func (f *Files) BookingCalendar(ctx context.Context, b *booking.Booking) *string {
	return f.link(ctx, b.ID+".ics", b.ConfirmedAt != nil)
}

func (f *Files) link(ctx context.Context, name string, there bool) *string {
	if !there {
		return nil
	}
	until := strconv.FormatInt(f.Now().Add(linkFor).Unix(), 10)
	key, signature := f.Keys.SignText(ctx, name+"\n"+until)
	q := url.Values{"until": {until}, "key": {key}, "signature": {base64.RawURLEncoding.EncodeToString(signature)}}
	link := f.PublicURL + "/ticket-files/" + name + "?" + q.Encode()
	return &link
}

// ServeHTTP serves a file to whoever has a link to it: 403 for a link that was not made here, 410 for one whose time is over, 404 for what
// has nothing to print.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, q := r.PathValue("name"), r.URL.Query()
	until, err := strconv.ParseInt(q.Get("until"), 10, 64)
	signature, err2 := base64.RawURLEncoding.DecodeString(q.Get("signature"))
	switch {
	case err != nil || err2 != nil || !f.Keys.VerifyText(r.Context(), name+"\n"+q.Get("until"), q.Get("key"), signature):
		http.Error(w, "This link is not complete.", http.StatusForbidden)
		return
	case f.Now().Unix() >= until:
		http.Error(w, "This link is over. Open your booking for a new one.", http.StatusGone)
		return
	}
	of, kind, _ := strings.Cut(name, ".")
	body, title, err := f.make(r.Context(), of, kind)
	switch {
	case err != nil:
		f.Log.ErrorContext(r.Context(), "ticket file", "name", name, "error", err)
		http.Error(w, "The file cannot be made now. Please try again.", http.StatusInternalServerError)
		return
	case body == nil:
		http.Error(w, "There is nothing to show: the tickets were cancelled.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if kind == "pdf" {
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="tickets-%s.pdf"`, title))
	} else {
		h.Set("Content-Type", "text/calendar; charset=utf-8")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.ics"`, title))
	}
	_, _ = w.Write(body) //nolint:gosec // a PDF or a calendar under its own content type, never HTML
}

// make returns the file and a name for it; nil for what has nothing to print.
func (f *Files) make(ctx context.Context, of, kind string) (body []byte, title string, err error) {
	b, tickets, err := f.find(ctx, of)
	if err != nil || b == nil || b.ConfirmedAt == nil {
		return nil, "", err
	}
	show, err := f.Store.Show(ctx, b.EventID)
	if err != nil || show == nil {
		return nil, "", err
	}
	switch kind {
	case "ics":
		return f.entry(show, b, good(tickets)).Write(), b.Reference, nil
	case "pdf":
		tickets = good(tickets)
		if len(tickets) == 0 {
			return nil, "", nil
		}
		printed := make([]Printed, len(tickets))
		for i, t := range tickets {
			printed[i].Ticket = t
			if printed[i].Payload, err = f.Keys.Sign(ctx, pass.Pass{TicketID: t.ID, EventID: b.EventID, Revision: t.Revision}); err != nil {
				return nil, "", err
			}
		}
		body, err = Print(show, printed, f.Now())
		return body, b.Reference, err
	}
	return nil, "", nil
}

// find returns the booking that an id stands for, and which of its tickets.
func (f *Files) find(ctx context.Context, of string) (*booking.Booking, []*booking.Ticket, error) {
	if id.Is("tik", of) {
		found, err := f.Store.Tickets(ctx, []string{of})
		if t := found[of]; t != nil {
			return t.Booking, []*booking.Ticket{t}, err
		}
		return nil, nil, err
	}
	found, err := f.Store.Bookings(ctx, []string{of})
	if b := found[of]; b != nil {
		return b, b.Tickets, err
	}
	return nil, nil, err
}

// entry is the event as the booking's holder goes to it. Its UID is the booking's: a second download replaces the first.
func (f *Files) entry(show *booking.Show, b *booking.Booking, tickets []*booking.Ticket) calendar.Entry {
	page := f.PublicURL + "/tickets/" + b.ID
	return calendar.Entry{
		UID: b.ID + "@marquee", Sequence: sequence(show, b), Title: show.Title, Location: strings.Join(place(show), ", "), URL: page,
		Description: fmt.Sprintf("Booking %s, %d × ticket%s.\nYour tickets: %s", b.Reference, len(tickets), names(tickets), page),
		TimeZone:    show.TimeZone, StartsAt: show.StartsAt, EndsAt: show.EndsAt, Cancelled: show.Cancelled || b.Status != booking.Confirmed, At: f.Now(),
	}
}

// sequence grows with every version of the event, and once more when the event is called off or the booking ends.
func sequence(show *booking.Show, b *booking.Booking) int {
	n := 2 * max(show.Version, 0)
	if show.Cancelled || b.Status != booking.Confirmed {
		n++
	}
	return n
}

// names says who the tickets are for, " for Ada, Grace"; "" where nobody said.
func names(tickets []*booking.Ticket) string {
	var out []string
	for _, t := range tickets {
		if t.Guest != nil && t.Guest.Name != "" {
			out = append(out, t.Guest.Name)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " for " + strings.Join(out, ", ")
}

func good(tickets []*booking.Ticket) []*booking.Ticket {
	var out []*booking.Ticket
	for _, t := range tickets {
		if t.Status != booking.Void {
			out = append(out, t)
		}
	}
	return out
}

package events_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/events"
)

var (
	organizer = manager()
	rival     = manager()
	attendee  = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User}}
	admin     = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User, viewer.Admin}}
)

func manager() *viewer.Viewer {
	return &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User, viewer.EventManager}}
}

// bench is a running subgraph with two categories and one venue.
type bench struct {
	*servicetest.Subgraph
	clock        *servicetest.Clock
	music, talks string // category ids
	hall         string // venue id
}

func start(t *testing.T) *bench {
	t.Helper()
	t.Parallel()
	c := servicetest.NewClock()
	b := &bench{Subgraph: servicetest.Start(t, events.Service(), servicetest.At(c.Now)), clock: c, music: id.New("cat"), talks: id.New("cat")}
	if _, err := b.Deps.DB.Exec(t.Context(), "delete from category"); err != nil { // those every installation begins with
		t.Fatal(err)
	}
	_, err := b.Deps.DB.Exec(t.Context(), "insert into category values ($1, 'concerts', 'Concerts'), ($2, 'talks', 'Talks')", b.music, b.talks)
	if err != nil {
		t.Fatal(err)
	}
	b.hall = b.venue(t, "Old Hall", "Kraków", "PL")
	return b
}

type userError struct {
	Field   []string
	Message string
	Code    string
}

type ticketType struct {
	ID, Name string
	Price    struct {
		Amount   int64
		Currency string
	}
	Capacity, MinPerOrder, MaxPerOrder int
}

type event struct {
	ID, Slug, Title, Summary, Description, Status, Format, TimeZone string
	StartsAt, EndsAt                                                time.Time
	CoverURL                                                        *string
	Venue                                                           *struct{ ID, Name, City string }
	Category                                                        struct{ ID, Slug string }
	Organizer                                                       struct{ ID string }
	TicketTypes                                                     []ticketType
	Version                                                         int
}

const eventFields = ` id slug title summary description status format timeZone startsAt endsAt coverUrl version venue { id name city }
	category { id slug } organizer { id } ticketTypes { id name price { amount currency } capacity minPerOrder maxPerOrder } `

type answer struct {
	Event      *event
	Venue      *struct{ ID, Name string }
	UserErrors []userError
}

// codes returns the errors as "CODE path" lines, in order.
func (a answer) codes() []string {
	out := []string{}
	for _, e := range a.UserErrors {
		out = append(out, strings.TrimSuffix(e.Code+" "+strings.Join(e.Field, "."), " "))
	}
	return out
}

func (a answer) want(t *testing.T, codes ...string) {
	t.Helper()
	if !slices.Equal(a.codes(), codes) {
		t.Errorf("got %q, want %q", a.codes(), codes)
	}
	for _, e := range a.UserErrors {
		if e.Message == "" {
			t.Errorf("%s without a message", e.Code)
		}
	}
}

// mutate runs one mutation whose input type follows from its name.
func (b *bench) mutate(t *testing.T, who *viewer.Viewer, name string, input map[string]any) answer {
	t.Helper()
	object := "event {" + eventFields + "}"
	if name == "createVenue" {
		object = "venue { id name }"
	}
	inputType := string(name[0]-'a'+'A') + name[1:] + "Input"
	var out struct{ Answer answer }
	b.Do(t, who, fmt.Sprintf("mutation($input: %s!) { answer: %s(input: $input) { %s userErrors { field message code } } }", inputType, name, object),
		map[string]any{"input": input}).Into(t, &out)
	return out.Answer
}

func (b *bench) venue(t *testing.T, name, city, country string) string {
	t.Helper()
	a := b.mutate(t, organizer, "createVenue", map[string]any{"name": name, "address": "1 High Street", "city": city, "country": country})
	if a.Venue == nil {
		t.Fatalf("venue: %+v", a.UserErrors)
	}
	return a.Venue.ID
}

// input is a valid event; changes replace its fields, nil takes one out.
func (b *bench) input(changes map[string]any) map[string]any {
	in := map[string]any{
		"title": "Evening of Songs", "startsAt": "2027-04-01T20:00:00+02:00", "endsAt": "2027-04-01T23:00:00+02:00",
		"timeZone": "Europe/Warsaw", "venueId": b.hall, "categoryId": b.music, "ticketTypes": []any{ticket(nil)},
	}
	return with(in, changes)
}

func ticket(changes map[string]any) map[string]any {
	return with(map[string]any{"name": "Standard", "priceAmount": 2500, "currency": "EUR", "capacity": 100}, changes)
}

func with(in, changes map[string]any) map[string]any {
	for k, v := range changes {
		if v == nil {
			delete(in, k)
		} else {
			in[k] = v
		}
	}
	return in
}

// draft creates an event.
func (b *bench) draft(t *testing.T, who *viewer.Viewer, changes map[string]any) *event {
	t.Helper()
	a := b.mutate(t, who, "createEvent", b.input(changes))
	if a.Event == nil {
		t.Fatalf("create: %+v", a.UserErrors)
	}
	return a.Event
}

// published creates and publishes an event.
func (b *bench) published(t *testing.T, who *viewer.Viewer, changes map[string]any) *event {
	t.Helper()
	a := b.mutate(t, who, "publishEvent", map[string]any{"id": b.draft(t, who, changes).ID})
	if a.Event == nil {
		t.Fatalf("publish: %+v", a.UserErrors)
	}
	return a.Event
}

func (b *bench) wantTop(t *testing.T, who *viewer.Viewer, document, code string) {
	t.Helper()
	if r := b.Do(t, who, document, nil); len(r.Errors) != 1 || r.Errors[0].Code != code {
		t.Errorf("%s: want %s, got %+v %s", document, code, r.Errors, r.Data)
	}
}

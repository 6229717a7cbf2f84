package notifications_test

import (
	"fmt"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/notifications"
)

func start(t *testing.T) *servicetest.Subgraph {
	t.Helper()
	return servicetest.Start(t, notifications.Service())
}

// person is somebody with an account.
type person struct {
	*viewer.Viewer
	email string
}

func somebody() person {
	v := &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User}}
	return person{v, v.UserID + "@example.org"}
}

var admin = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User, viewer.Admin}}

func (p person) registered() contract.UserRegistered {
	return contract.UserRegistered{UserID: p.UserID, Email: p.email, Name: "Ada", At: time.Now()}
}

func (p person) booking() contract.Booking {
	return contract.Booking{
		BookingID: id.New("bkg"), Revision: 2, Reference: "QX7-4KD", UserID: p.UserID, EventID: id.New("evt"), OrganizerID: id.New("usr"),
		EventTitle: "Night of the Proms", EventStartsAt: time.Date(2027, 3, 28, 17, 30, 0, 0, time.UTC), EventTimeZone: "Europe/Berlin",
		Venue: "Philharmonie", Currency: "EUR", TotalAmount: 4000,
		Items: []contract.BookingItem{{TicketTypeID: id.New("tkt"), Name: "Balcony", Quantity: 2, UnitAmount: 2000}},
	}
}

func confirmed(b contract.Booking) contract.BookingConfirmed {
	return contract.BookingConfirmed{Booking: b, PaymentID: id.New("pay"), At: time.Now()}
}

func cancelled(b contract.Booking) contract.BookingCancelled {
	b.Revision++
	return contract.BookingCancelled{Booking: b, Reason: contract.CancelledByHolder, At: time.Now()}
}

type note struct {
	ID, Kind, Title, Body string
	Booking, Event        *struct{ ID string }
	CreatedAt             time.Time
	ReadAt                *time.Time
}

type mail struct {
	ID, Status, Recipient, Subject, Text, HTML string
	Attempts                                   int
	Failure                                    *string
	SentAt                                     *time.Time
}

type pageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

const noteFields = `id kind title body booking { id } event { id } createdAt readAt`

const mailFields = `id status recipient subject text html attempts failure sentAt`

func notes(t *testing.T, s *servicetest.Subgraph, v *viewer.Viewer) []note {
	t.Helper()
	var d struct{ MyNotifications struct{ Nodes []note } }
	s.Do(t, v, `{ myNotifications(first: 100) { nodes { `+noteFields+` } } }`, nil).Into(t, &d)
	return d.MyNotifications.Nodes
}

func mails(t *testing.T, s *servicetest.Subgraph, v *viewer.Viewer) []mail {
	t.Helper()
	var d struct{ OutboxMessages struct{ Nodes []mail } }
	s.Do(t, v, `{ outboxMessages(first: 100) { nodes { `+mailFields+` } } }`, nil).Into(t, &d)
	return d.OutboxMessages.Nodes
}

// settled waits until nothing is queued and returns the mails.
func settled(t *testing.T, s *servicetest.Subgraph, v *viewer.Viewer, want int) []mail {
	t.Helper()
	var all []mail
	eventually(t, func() (bool, string) {
		all = mails(t, s, v)
		for _, m := range all {
			if m.Status == "QUEUED" {
				return false, fmt.Sprintf("%+v is queued", m)
			}
		}
		return len(all) == want, fmt.Sprintf("%d mails, want %d", len(all), want)
	})
	return all
}

// eventually waits for work in the background.
func eventually(t *testing.T, done func() (bool, string)) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		ok, why := done()
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("still not: %s", why)
		}
	}
}

func wantCode(t *testing.T, r servicetest.Result, code string) {
	t.Helper()
	if len(r.Errors) != 1 || r.Errors[0].Code != code {
		t.Errorf("got %+v with data %s, want one error %s", r.Errors, r.Data, code)
	}
}

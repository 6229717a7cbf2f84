package notifications_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/service/servicetest"
)

const subscription = `subscription { notificationReceived { ` + noteFields + ` } }`

func next(t *testing.T, ch <-chan servicetest.Result) (note, bool) {
	t.Helper()
	select {
	case r, open := <-ch:
		if !open {
			return note{}, false
		}
		var d struct{ NotificationReceived note }
		if len(r.Errors) > 0 || json.Unmarshal(r.Data, &d) != nil {
			t.Fatalf("%+v %s", r.Errors, r.Data)
		}
		return d.NotificationReceived, true
	case <-time.After(30 * time.Second):
		t.Fatal("nothing arrives")
		return note{}, false
	}
}

// connected waits until the subscription is in effect, by notifying until something arrives, and returns what then is known to come.
func connected(t *testing.T, s *servicetest.Subgraph, p person, ch <-chan servicetest.Result) {
	t.Helper()
	sent := 0
	var first note
	eventually(t, func() (bool, string) {
		s.Deliver(t, confirmed(p.booking()))
		sent++
		select {
		case r := <-ch:
			var d struct{ NotificationReceived note }
			r.Into(t, &d)
			first = d.NotificationReceived
			return true, ""
		default:
			return false, "not connected"
		}
	})
	all := notes(t, s, p.Viewer) // newest first
	for i := sent - 1; i >= 0; i-- {
		if all[i].ID == first.ID {
			for i--; i >= 0; i-- {
				if n, _ := next(t, ch); n.ID != all[i].ID {
					t.Fatalf("got %s, want %s", n.ID, all[i].ID)
				}
			}
		}
	}
}

func TestEveryNotificationArrivesOnceInOrder(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	ch, cancel := s.Subscribe(t, ada.Viewer, subscription, nil)
	connected(t, s, ada, ch)
	const n = 40
	want := map[string]bool{}
	var all sync.WaitGroup
	for range n {
		mine := confirmed(ada.booking())
		want[mine.BookingID] = true
		all.Go(func() { s.Deliver(t, mine) })
		all.Go(func() { s.Deliver(t, confirmed(bob.booking())) })
	}
	all.Wait()
	var got []string
	for range n {
		came, _ := next(t, ch)
		if !want[came.Booking.ID] {
			t.Fatalf("%s came twice or is somebody else's", came.Booking.ID)
		}
		delete(want, came.Booking.ID)
		got = append(got, came.ID)
	}
	rows, err := s.Deps.DB.Query(t.Context(), "select id from notification where user_id = $1 order by seq desc limit $2", ada.UserID, n)
	if err != nil {
		t.Fatal(err)
	}
	inOrder, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(inOrder)
	if !slices.Equal(got, inOrder) {
		t.Errorf("order: got %v, want %v", got, inOrder)
	}
	s.Deliver(t, cancelled(ada.booking()))
	if got, _ := next(t, ch); got.Kind != "BOOKING_CANCELLED" {
		t.Errorf("got %+v", got)
	}
	cancel()
	if _, open := next(t, ch); open {
		t.Error("something came after the end")
	}
}

func TestSubscriptionNeedsALogin(t *testing.T) {
	t.Parallel()
	s := start(t)
	ch, _ := s.Subscribe(t, nil, subscription, nil)
	r := <-ch
	wantCode(t, r, "UNAUTHENTICATED")
}

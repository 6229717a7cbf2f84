package analytics_test

import (
	"testing"

	"marquee/internal/id"
	"marquee/internal/viewer"
)

const subscription = `subscription($e: ID!) { eventSales(eventId: $e) { ` + fields + ` } }`

func TestLiveNumbers(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	e := event(boss, "EUR")
	s.Deliver(t, published(e))
	for _, who := range []*viewer.Viewer{boss, admin} {
		ch, cancel := s.Subscribe(t, who, subscription, map[string]any{"e": e.EventID})
		last, _ := next(t, ch) // at once
		if last.Event.ID != e.EventID {
			t.Fatalf("got %+v", last)
		}
		sold := last.TicketsSold
		for range 10 {
			s.Deliver(t, confirmed(e, 2))
			sold += 2
		}
		for last.TicketsSold != sold { // changes close together may come as one
			now, open := next(t, ch)
			if !open || now.Revision <= last.Revision || now.TicketsSold < last.TicketsSold || now.ByTicketType[0].TicketsSold != now.TicketsSold {
				t.Fatalf("got %+v after %+v", now, last)
			}
			last = now
		}
		cancel()
		if _, open := next(t, ch); open {
			t.Error("something came after the end")
		}
	}
}

// A manager may be faster than the message that tells of the publication.
func TestLiveNumbersOfAnEventPublishedAMomentAgo(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	e := event(boss, "EUR")
	ch, _ := s.Subscribe(t, boss, subscription, map[string]any{"e": e.EventID})
	s.Deliver(t, published(e))
	if got, open := next(t, ch); !open || got.Event.ID != e.EventID {
		t.Errorf("got %+v", got)
	}
}

func TestLiveNumbersAreNotForEverybody(t *testing.T) {
	t.Parallel()
	s := start(t)
	e := event(manager(), "EUR")
	s.Deliver(t, published(e))
	for _, c := range []struct {
		name  string
		who   *viewer.Viewer
		event string
		code  string
	}{
		{"nobody", nil, e.EventID, "UNAUTHENTICATED"},
		{"somebody", somebody, e.EventID, "FORBIDDEN"},
		{"somebody, of nothing", somebody, id.New("evt"), "FORBIDDEN"}, // the same for what does not exist
		{"another manager", manager(), e.EventID, "FORBIDDEN"},
		{"a manager, of nothing", manager(), id.New("evt"), "FORBIDDEN"},
		{"an administrator, of nothing", admin, id.New("evt"), "NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ch, _ := s.Subscribe(t, c.who, subscription, map[string]any{"e": c.event})
			wantCode(t, <-ch, c.code)
			if _, open := next(t, ch); open {
				t.Error("something came after the refusal")
			}
		})
	}
}

// Whoever loses an event loses its live numbers.
func TestLiveNumbersEndWithTheRight(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	e := event(boss, "EUR")
	s.Deliver(t, published(e))
	ch, _ := s.Subscribe(t, boss, subscription, map[string]any{"e": e.EventID})
	if _, open := next(t, ch); !open {
		t.Fatal("nothing came")
	}
	e.Version, e.OrganizerID = 2, id.New("usr")
	s.Deliver(t, published(e))
	for {
		got, open := next(t, ch)
		if !open {
			break
		}
		t.Errorf("got %+v", got)
	}
}

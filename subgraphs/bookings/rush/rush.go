// Package rush lets a crowd book at the box office itself, below GraphQL and HTTP: what the store of bookings can carry. It is for
// measuring; everything it runs is what a subgraph runs.
package rush

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// Office is a box office over a database of its own. Its messages stay in the outbox.
type Office struct {
	instance *service.Instance
	office   *booking.Office
	events   []contract.Event
	people   []*viewer.Viewer
}

// Open makes a box office with some published events of free tickets and people who may book.
func Open(ctx context.Context, databaseURL string, redis *redis.Client, events, people int) (*Office, error) {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	i, err := service.New(ctx, bookings.Service(), service.Config{
		DatabaseURL: databaseURL, Redis: redis, InternalKey: public, Log: slog.Default(), Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		return nil, err
	}
	d := i.Deps()
	o := &Office{instance: i, office: booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)}
	for range people {
		o.people = append(o.people, &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User}})
	}
	if err := o.publish(ctx, events); err != nil {
		_ = o.Close(ctx)
		return nil, err
	}
	return o, nil
}

// publish lets the subgraph hear of n events, as it does of all.
func (o *Office) publish(ctx context.Context, n int) error {
	starts := time.Now().AddDate(0, 1, 0)
	for k := range n {
		e := contract.Event{
			EventID: id.New("evt"), Version: 1, OrganizerID: "usr_organizer", Title: fmt.Sprint("Night ", k), Venue: "The Hall", City: "Berlin",
			TimeZone: "Europe/Berlin", StartsAt: starts, EndsAt: starts.Add(3 * time.Hour),
			TicketTypes: []contract.TicketType{{
				TicketTypeID: id.New("tkt"), Name: "Standard", Currency: "EUR", Capacity: 100_000_000, MinPerOrder: 1, MaxPerOrder: 10,
			}},
		}
		m := contract.EventPublished{Event: e, At: time.Now()}
		payload, err := json.Marshal(m)
		if err != nil {
			return err
		}
		published := bus.Event{ID: id.New("evn"), Source: "events", Topic: m.Topic(), Key: m.Key(), At: m.At, Payload: payload}
		if err := bus.One(ctx, o.instance.Inbox(), published); err != nil {
			return err
		}
		o.events = append(o.events, e)
	}
	return nil
}

// Book books one free ticket of the n-th event (modulo their number) for one of the people, and returns when it is durable.
func (o *Office) Book(ctx context.Context, person, n int) error {
	e := o.events[n%len(o.events)]
	b, err := o.office.Hold(ctx, o.people[person%len(o.people)], booking.HoldSeatsInput{
		EventID: e.EventID, ConfirmIfFree: true, IdempotencyKey: id.New("key"),
		Items: []*booking.HoldItemInput{{TicketTypeID: e.TicketTypes[0].TicketTypeID, Quantity: 1}},
	})
	if err == nil && (b.Status != booking.Confirmed || len(b.Tickets) != 1) {
		err = errors.New("a free ticket was not confirmed at once")
	}
	return err
}

// Sold counts the seats sold and the tickets written, which must be equal.
func (o *Office) Sold(ctx context.Context) (seats, tickets int, err error) {
	err = o.instance.Deps().DB.QueryRow(ctx, "select (select coalesce(sum(sold), 0) from ticket_type), (select count(*) from ticket)").Scan(&seats, &tickets)
	return seats, tickets, err
}

// Close ends it.
func (o *Office) Close(ctx context.Context) error { return o.instance.Stop(ctx) }

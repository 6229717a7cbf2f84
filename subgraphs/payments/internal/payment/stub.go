package payment

import (
	"context"
	"fmt"
	"sync"

	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Booking stands for a booking of the bookings subgraph. Those made together share a batch: the first that is asked for its payment
// loads the payments of all.
type Booking struct {
	ID    string
	batch *bookings
}

// IsEntity marks a federation entity.
func (*Booking) IsEntity() {}

// User stands for a person of the users subgraph; those made together share a batch.
type User struct {
	ID    string
	batch *users
}

// IsEntity marks a federation entity.
func (*User) IsEntity() {}

type bookings struct {
	ids  []string
	once sync.Once
	byID map[string]*Payment
	err  error
}

// Bookings returns stubs of these bookings, sharing a batch.
func (s *Payments) Bookings(ids []string) []*Booking {
	batch, out := &bookings{}, make([]*Booking, len(ids))
	for i, id := range ids {
		if plausible(id) {
			batch.ids = append(batch.ids, id)
		}
		out[i] = &Booking{ID: id, batch: batch}
	}
	return out
}

// link lets the bookings of payments that were loaded together share a batch.
func (s *Payments) link(ps []*Payment) {
	batch := &bookings{}
	for _, p := range ps {
		batch.ids = append(batch.ids, p.BookingID)
		p.booking = &Booking{ID: p.BookingID, batch: batch}
	}
}

// OfBooking returns the payment that counts for a booking: the captured one, else the latest. It is nil if there is none, or the viewer
// is neither its payer nor the organiser nor an administrator.
func (s *Payments) OfBooking(ctx context.Context, v *viewer.Viewer, b *Booking) (*Payment, error) {
	if v == nil {
		return nil, nil
	}
	if b.batch == nil {
		b = s.Bookings([]string{b.ID})[0]
	}
	batch := b.batch
	batch.once.Do(func() {
		var found []*Payment
		if found, batch.err = s.store.SeenOfBookings(ctx, sight(v), batch.ids); batch.err != nil {
			return
		}
		batch.byID = make(map[string]*Payment, len(found))
		for _, p := range found {
			batch.byID[p.BookingID] = p.shownTo(v)
		}
		s.link(found)
	})
	return batch.byID[b.ID], batch.err
}

type users struct {
	ids   []string
	mu    sync.Mutex
	pages map[string]map[string][]*Payment // by arguments, then user
}

// Users returns stubs of these users, sharing a batch.
func (s *Payments) Users(ids []string) []*User {
	batch, out := &users{pages: map[string]map[string][]*Payment{}}, make([]*User, len(ids))
	for i, id := range ids {
		if plausible(id) {
			batch.ids = append(batch.ids, id)
		}
		out[i] = &User{ID: id, batch: batch}
	}
	return out
}

// OfUser returns a page of a user's payments, newest first; an empty one for viewers who are neither the user nor administrators.
// Code: INVALID_INPUT.
func (s *Payments) OfUser(ctx context.Context, v *viewer.Viewer, u *User, first int, after *string) (*PaymentConnection, error) {
	a, err := parsePage(first, after)
	if err != nil {
		return nil, err
	}
	if !v.Owns(u.ID) {
		return page.New(a, nil, cursorOf), nil
	}
	if u.batch == nil {
		u = s.Users([]string{u.ID})[0]
	}
	ids := u.batch.ids
	if !v.IsAdmin() {
		ids = []string{u.ID} // of the batch only their own is shown
	}
	u.batch.mu.Lock()
	defer u.batch.mu.Unlock()
	key := fmt.Sprint(a.First, a.After)
	if u.batch.pages[key] == nil {
		found, err := s.store.OfUsers(ctx, ids, a)
		if err != nil {
			return nil, err
		}
		for _, ps := range found {
			s.link(ps)
			for _, p := range ps {
				p.shownTo(v)
			}
		}
		u.batch.pages[key] = found
	}
	return page.New(a, u.batch.pages[key][u.ID], cursorOf), nil
}

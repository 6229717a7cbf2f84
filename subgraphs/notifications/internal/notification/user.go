package notification

import (
	"context"
	"sync"

	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// User is a person as this subgraph extends them.
type User struct {
	ID    string
	batch *unreadBatch
}

// IsEntity marks a federation entity.
func (*User) IsEntity() {}

// unreadBatch counts for all users that were asked for together, when the first of them needs it.
type unreadBatch struct {
	ids   []string
	once  sync.Once
	found map[string]int
	err   error
}

// Users returns a stub for each id. Their unread counts are read together.
func (s *Reader) Users(ids []string) []*User {
	b := &unreadBatch{ids: ids}
	out := make([]*User, len(ids))
	for i, id := range ids {
		out[i] = &User{ID: id, batch: b}
	}
	return out
}

// UnreadOf counts a user's unread notifications: FORBIDDEN for all but themselves and administrators.
func (s *Reader) UnreadOf(ctx context.Context, v *viewer.Viewer, u *User) (int, error) {
	if err := signedIn(v); err != nil {
		return 0, err
	}
	if !v.Owns(u.ID) {
		return 0, errs.New(errs.Forbidden, "Only they themselves may know.")
	}
	b := u.batch
	b.once.Do(func() { b.found, b.err = s.Store.Unread(ctx, b.ids) })
	return b.found[u.ID], b.err
}

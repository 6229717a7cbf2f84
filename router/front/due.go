package front

import (
	"context"
	"sync"
	"time"
)

// due is a context with a deadline whose timer is started only if somebody waits
// for it. Most queries are answered without: they follow an equal one, which has
// its own deadline, or their subgraphs' connections take the deadline as a time.
type due struct {
	context.Context
	at time.Time

	mu    sync.Mutex
	armed context.Context // nil: nobody has waited yet
	stop  context.CancelFunc
	over  bool
}

func withDue(ctx context.Context, d time.Duration) *due {
	at := time.Now().Add(d)
	if own, ok := ctx.Deadline(); ok && own.Before(at) {
		at = own
	}
	return &due{Context: ctx, at: at}
}

// end frees what the context holds; it is cancelled then.
func (d *due) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = true
	if d.stop != nil {
		d.stop()
	}
}

// arm returns a context of the standard library that ends with d.
func (d *due) arm() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.armed == nil {
		d.armed, d.stop = context.WithDeadline(d.Context, d.at)
		if d.over {
			d.stop()
		}
	}
	return d.armed
}

// Deadline implements context.Context.
func (d *due) Deadline() (time.Time, bool) { return d.at, true }

// Done implements context.Context.
func (d *due) Done() <-chan struct{} { return d.arm().Done() }

// Err implements context.Context.
func (d *due) Err() error {
	d.mu.Lock()
	armed, over := d.armed, d.over
	d.mu.Unlock()
	switch {
	case armed != nil:
		return armed.Err()
	case d.Context.Err() != nil:
		return d.Context.Err()
	case over:
		return context.Canceled
	case !time.Now().Before(d.at):
		return context.DeadlineExceeded
	}
	return nil
}

// Value implements context.Context. Contexts derived from d find the armed one by
// it, and hang themselves below it without a goroutine.
func (d *due) Value(key any) any {
	d.mu.Lock()
	armed := d.armed
	d.mu.Unlock()
	if armed != nil {
		return armed.Value(key)
	}
	return d.Context.Value(key)
}

// Patience returns a context that ends when ctx's client leaves, but not at its
// deadline, for who waits for something that has a deadline of its own.
func Patience(ctx context.Context) context.Context {
	if d, ok := ctx.(*due); ok {
		return d.Context
	}
	return ctx
}

// Package hub lets identical subscriptions share one upstream.
//
// Vocabulary: a source is a running upstream subscription whose events are
// already resolved and encoded; a group is one source with the members that
// share it, found by key; a member is one client's subscription; a sink is where
// a member's events go. Equal keys must mean equal answers: same plan, same
// variables, same caller as subgraphs see it.
//
// Each event is resolved and encoded once, and its bytes are handed to every
// member. A member that cannot take an event at once is ended, never waited for.
// A source that breaks is opened again with growing pauses while members remain;
// the last member that leaves closes it.
package hub

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// Source is a running upstream subscription.
type Source interface {
	// Next returns the next event, encoded as one GraphQL execution result,
	// immutable from then on; io.EOF at the regular end.
	Next(ctx context.Context) ([]byte, error)
	// Close ends the subscription. Idempotent.
	Close() error
}

// Open starts a source. ctx lives as long as the group.
type Open func(ctx context.Context) (Source, error)

// Sink receives a member's events, from one goroutine at a time. Its methods
// must neither block nor call back into the hub.
type Sink interface {
	// Event takes one encoded execution result; false means there is no room,
	// and the member is ended with ErrSlow.
	Event(payload []byte) bool
	// End is called once, after the last event: with nil at the regular end of
	// the subscription, else with the reason. It is not called after Leave.
	End(err error)
}

// The reasons the hub itself ends members for.
var (
	ErrSlow   = errors.New("subscription ended: the client reads too slowly")
	ErrClosed = errors.New("subscription ended: the router is stopping")
	ErrFull   = errors.New("too many subscriptions")
)

// Options set a Hub. Zero values mean the defaults named.
type Options struct {
	MaxMembers int           // over all groups; 100,000
	Backoff    time.Duration // before a broken source is opened again, doubled up to MaxBackoff; 100 ms
	MaxBackoff time.Duration // 5 s
	GiveUp     time.Duration // a source that cannot be reopened for so long ends its members; 2 min
	// Broken says whether a source may be opened again after err (never asked
	// for io.EOF); nil means never.
	Broken func(err error) bool
	// OnGroups and OnMembers, if set, are told of changes by +1 or −1.
	OnGroups, OnMembers func(delta int)
	// OnReconnect, if set, is told that a source was opened again.
	OnReconnect func()
}

// Hub holds the groups.
type Hub struct {
	opt    Options
	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	groups  map[string]*group // by key, those that can be joined
	running int               // groups, with those that cannot
	members int
	closed  bool
}

// New returns an empty hub. Stop must be called to end it.
func New(opt Options) *Hub {
	if opt.MaxMembers <= 0 {
		opt.MaxMembers = 100_000
	}
	if opt.Backoff <= 0 {
		opt.Backoff = 100 * time.Millisecond
	}
	if opt.MaxBackoff <= 0 {
		opt.MaxBackoff = 5 * time.Second
	}
	if opt.GiveUp <= 0 {
		opt.GiveUp = 2 * time.Minute
	}
	if opt.Broken == nil {
		opt.Broken = func(error) bool { return false }
	}
	nop := func(int) {}
	if opt.OnGroups == nil {
		opt.OnGroups = nop
	}
	if opt.OnMembers == nil {
		opt.OnMembers = nop
	}
	if opt.OnReconnect == nil {
		opt.OnReconnect = func() {}
	}
	h := &Hub{opt: opt, groups: map[string]*group{}}
	h.ctx, h.cancel = context.WithCancelCause(context.Background())
	return h
}

// Join makes sink a member of the group of key, opening its source if it is the
// first one. latest says that each event is the whole state: a sink that joins a
// source that has spoken gets its last event at once, within Join. Errors:
// ErrFull, ErrClosed; a source that cannot be opened is told to the sink.
func (h *Hub) Join(key string, latest bool, open Open, sink Sink) (*Member, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	if h.members >= h.opt.MaxMembers {
		return nil, ErrFull
	}
	g := h.groups[key]
	if g == nil {
		g = &group{hub: h, key: key, open: open, latest: latest}
		g.ctx, g.cancel = context.WithCancel(h.ctx)
		g.ctx = context.WithValue(g.ctx, groupOf{}, g)
		h.groups[key] = g
		h.running++
		h.wg.Add(1)
		h.opt.OnGroups(1)
		go g.run()
	}
	m := &Member{group: g, sink: sink}
	g.mu.Lock()
	m.index = len(g.members)
	g.members = append(g.members, m)
	if g.last != nil {
		sink.Event(g.last) // the first thing in its queue: there is room
	}
	g.mu.Unlock()
	h.members++
	h.opt.OnMembers(1)
	return m, nil
}

// Counts returns the number of groups (upstream subscriptions) and of members.
func (h *Hub) Counts() (groups, members int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running, h.members
}

// Stop ends all members with ErrClosed, closes all sources and waits for both.
func (h *Hub) Stop() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.cancel(ErrClosed)
	h.wg.Wait()
}

// Member is one client's subscription in a group.
type Member struct {
	group *group
	sink  Sink
	index int // in group.members; −1 once it has left or ended
}

// Leave ends the membership without telling the sink. Idempotent; the group's
// source is closed with its last member. Once Leave has returned the sink is
// not called any more.
func (m *Member) Leave() {
	h, g := m.group.hub, m.group
	h.mu.Lock()
	defer h.mu.Unlock()
	g.mu.Lock()
	gone := g.remove(m)
	empty := len(g.members) == 0
	g.mu.Unlock()
	if !gone {
		return
	}
	h.members--
	h.opt.OnMembers(-1)
	if empty {
		h.forget(g)
	}
}

// forget lets the next Join of the key open a new source; h.mu is held.
func (h *Hub) forget(g *group) {
	if h.groups[g.key] == g {
		delete(h.groups, g.key)
	}
	if !g.gone {
		g.gone = true
		h.running--
		h.opt.OnGroups(-1)
	}
	g.cancel()
}

// groupOf finds a group in its context.
type groupOf struct{}

// Rename changes the key of the group whose Open got ctx: who asks by the new
// key joins it from now on. If another group has that key this one goes on
// without new members.
func Rename(ctx context.Context, to func(key string) string) {
	g, _ := ctx.Value(groupOf{}).(*group)
	if g == nil {
		return
	}
	h := g.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.groups[g.key] == g {
		delete(h.groups, g.key)
	}
	g.key = to(g.key)
	if !g.gone && h.groups[g.key] == nil {
		h.groups[g.key] = g
	}
}

// group is one source and its members.
type group struct {
	hub    *Hub
	key    string
	open   Open
	latest bool // keep the last event for those who come later
	gone   bool // nobody can join any more; guarded by Hub.mu, as key is
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex // after Hub.mu where both are held
	members []*Member
	last    []byte // the last event, if latest; nil before the first
}

// remove takes m out; g.mu is held.
func (g *group) remove(m *Member) bool {
	if m.index < 0 {
		return false
	}
	last := len(g.members) - 1
	g.members[m.index] = g.members[last]
	g.members[m.index].index = m.index
	g.members[last] = nil
	g.members = g.members[:last]
	m.index = -1
	return true
}

// run opens the source and delivers its events until it ends.
func (g *group) run() {
	defer g.hub.wg.Done()
	defer g.cancel()
	err := g.pump()
	if g.hub.ctx.Err() != nil {
		err = ErrClosed
	}
	g.end(err)
}

// pump returns nil at the regular end of the subscription.
func (g *group) pump() error {
	opt := &g.hub.opt
	var down time.Time // when the source broke
	pause := opt.Backoff
	for opened := false; ; {
		src, err := g.open(g.ctx)
		if err == nil {
			if opened {
				opt.OnReconnect()
			}
			opened = true
			begun := time.Now()
			var n int
			n, err = g.deliver(src)
			_ = src.Close()
			if n > 0 || time.Since(begun) > opt.MaxBackoff { // it was well again, perhaps without events
				pause, down = opt.Backoff, time.Time{}
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
		}
		if g.ctx.Err() != nil {
			return g.ctx.Err()
		}
		if !opened || !opt.Broken(err) {
			return err
		}
		now := time.Now()
		if down.IsZero() {
			down = now
		}
		if now.Sub(down) > opt.GiveUp {
			return err
		}
		timer := time.NewTimer(pause/2 + rand.N(pause/2+1)) // #nosec G404 -- jitter, no secret
		select {
		case <-timer.C:
		case <-g.ctx.Done():
			timer.Stop()
			return g.ctx.Err()
		}
		pause = min(2*pause, opt.MaxBackoff)
	}
}

// deliver hands events on until the source ends; n is their number.
func (g *group) deliver(src Source) (n int, err error) {
	var slow []*Member
	for {
		payload, err := src.Next(g.ctx)
		if err != nil {
			return n, err
		}
		n++
		slow = slow[:0]
		g.mu.Lock()
		if g.latest {
			g.last = payload
		}
		for _, m := range g.members {
			if !m.sink.Event(payload) {
				slow = append(slow, m)
			}
		}
		for _, m := range slow {
			if g.remove(m) {
				m.sink.End(ErrSlow)
			}
		}
		g.mu.Unlock()
		if len(slow) > 0 {
			g.lost(len(slow))
		}
	}
}

// lost accounts for members ended by the group.
func (g *group) lost(n int) {
	h := g.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	h.members -= n
	for range n {
		h.opt.OnMembers(-1)
	}
	g.mu.Lock()
	empty := len(g.members) == 0
	g.mu.Unlock()
	if empty {
		h.forget(g)
	}
}

// end tells all members the end. Under the hub's lock nobody can join meanwhile.
func (g *group) end(err error) {
	h := g.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	g.mu.Lock()
	members := g.members
	g.members = nil
	for _, m := range members {
		m.index = -1
		m.sink.End(err)
	}
	g.mu.Unlock()
	h.members -= len(members)
	for range members {
		h.opt.OnMembers(-1)
	}
	h.forget(g)
}

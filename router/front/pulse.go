package front

import (
	"time"

	"github.com/gobwas/ws"
)

// pulseParts is the number of parts the sockets are pinged in, one after the
// other, so that a heartbeat is no burst.
const pulseParts = 16

// enter puts s among the sockets; h.mu is held.
func (h *Handler) enter(s *socket) {
	s.part = h.next
	h.next = (h.next + 1) % pulseParts
	if h.sockets[s.part] == nil {
		h.sockets[s.part] = map[*socket]struct{}{}
	}
	h.sockets[s.part][s] = struct{}{}
	if h.count++; h.count == 1 && !h.beating {
		h.beating = true
		time.AfterFunc(h.opt.Heartbeat/pulseParts, h.beat)
	}
}

// leave takes s out; h.mu is held.
func (h *Handler) leave(s *socket) {
	delete(h.sockets[s.part], s)
	if h.count--; len(h.sockets[s.part]) == 0 {
		h.sockets[s.part] = nil // a map does not shrink
	}
}

// beat pings one part of the sockets, and comes again while there are any.
func (h *Handler) beat() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count == 0 {
		h.beating = false
		return
	}
	h.part = (h.part + 1) % pulseParts
	now := time.Now().UnixNano()
	for s := range h.sockets[h.part] {
		s.pulse(now)
	}
	time.AfterFunc(h.opt.Heartbeat/pulseParts, h.beat)
}

// pulse asks for a sign of life; if none has followed the last ping in time the
// connection is ended.
func (s *socket) pulse(now int64) {
	switch asked := s.asked.Load(); {
	case asked == 0:
		s.asked.Store(now)
		s.out.put(message{frame: ws.OpPing}) // no room: the writer is at work, and judges
	case now-asked > int64(s.h.opt.WriteTimeout):
		s.kill()
	}
}

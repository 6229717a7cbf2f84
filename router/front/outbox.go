package front

import (
	"sync"

	"github.com/gobwas/ws"
)

// maxQueueBytes bounds what waits for one client, in bytes; payloads are shared,
// so this bounds delay more than memory.
const maxQueueBytes = 1 << 20

// message is one thing to send to a client.
type message struct {
	op      string // the WebSocket operation's id; unused for SSE
	kind    string // next, error, complete, pong …
	payload []byte // raw JSON or nil; shared
	// frame is OpPing or OpPong for those, with the payload as it is; else 0.
	frame ws.OpCode
}

// outbox is the bounded queue between the hub and one client's writer. Putting
// never blocks; the writer waits on wake, or is started when there is work.
type outbox struct {
	max   int
	wake  chan struct{} // holds one token while there is something to do
	start func()        // instead of wake: starts a writer

	mu      sync.Mutex
	queue   []message
	bytes   int
	done    bool  // nothing more is put
	err     error // why, nil for the regular end
	writing bool  // start was called, and next has not yet said that nothing is left
}

func newOutbox(max int) *outbox { return &outbox{max: max, wake: make(chan struct{}, 1)} }

// put queues m; false if there is no room or the outbox is finished. A single
// message larger than the byte bound is taken if nothing else waits.
func (o *outbox) put(m message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done || len(o.queue) >= o.max || (len(o.queue) > 0 && o.bytes+len(m.payload) > maxQueueBytes) {
		return false
	}
	o.queue = append(o.queue, m)
	o.bytes += len(m.payload)
	o.signal()
	return true
}

// finish says that nothing follows what is queued; the first reason stays.
func (o *outbox) finish(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done {
		o.done, o.err = true, err
		o.signal()
	}
}

func (o *outbox) signal() {
	if o.start != nil {
		if !o.writing {
			o.writing = true
			o.start()
		}
		return
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take empties the queue into buf[:0]; done says that nothing follows it.
func (o *outbox) take(buf []message) (list []message, done bool, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list = append(buf[:0], o.queue...)
	clear(o.queue)
	o.queue, o.bytes = o.queue[:0], 0
	if cap(o.queue) > 16 { // idle clients keep no large buffer
		o.queue = nil
	}
	return list, o.done, o.err
}

// next empties the queue for a writer that was started; it ends when it gets
// nothing, or done.
func (o *outbox) next() (list []message, done bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list = o.queue
	o.queue, o.bytes = nil, 0
	o.writing = len(list) > 0 || o.done
	return list, o.done
}

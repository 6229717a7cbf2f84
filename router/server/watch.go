package server

import "time"

// watchEvery is how often running requests are looked at.
const watchEvery = 100 * time.Millisecond

// watch cancels requests whose clients have left. net/http reads ahead on every
// connection to learn of it, at the price of a goroutine switch or two for each
// request; here only requests that take long are looked after.
func (s *Server) watch() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	var slow []*conn
	for {
		select {
		case <-s.drained:
			return
		case <-s.base.Done():
			return
		case t := <-tick.C:
			before := t.Add(-watchEvery).UnixNano()
			slow = slow[:0]
			s.mu.Lock()
			for c := range s.conns {
				if at := c.since.Load(); at != 0 && at < before {
					slow = append(slow, c)
				}
			}
			s.mu.Unlock()
			for _, c := range slow {
				if !left(c.Conn) {
					continue
				}
				c.leave()
			}
			clear(slow)
		}
	}
}

// leave ends the running request, if there is one: nobody waits for its answer.
func (c *conn) leave() {
	if cancel := c.gone.Load(); cancel != nil {
		(*cancel)()
	}
}

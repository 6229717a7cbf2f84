package hub_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"marquee/router/hub"
)

// TestQuietSourcesAreNotGivenUp: a source without events breaks every ten
// minutes. It is never down for as long as GiveUp, so nobody is ended.
func TestQuietSourcesAreNotGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, opened := errors.New("broken"), 0
		h := hub.New(hub.Options{Broken: func(error) bool { return true }, GiveUp: time.Minute})
		s := newSink(1)
		if _, err := h.Join("k", false, func(context.Context) (hub.Source, error) {
			src := newSource()
			opened++
			go func() {
				select {
				case <-time.After(10 * time.Minute):
					src.events <- broken
				case <-src.closed:
				}
			}()
			return src, nil
		}, s); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		select {
		case err := <-s.end:
			t.Errorf("ended by %v after %d openings", err, opened)
		default:
		}
		h.Stop()
		if err := <-s.end; !errors.Is(err, hub.ErrClosed) {
			t.Error(err)
		}
		if opened != 6 {
			t.Errorf("opened %d times in an hour", opened)
		}
	})
}

// TestPausesGrowAndEnd: a source that cannot be opened again is tried with
// growing pauses, and given up after a time.
func TestPausesGrowAndEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, tries := errors.New("broken"), []time.Time(nil)
		h := hub.New(hub.Options{
			Broken: func(error) bool { return true }, Backoff: 100 * time.Millisecond, MaxBackoff: 5 * time.Second, GiveUp: 2 * time.Minute,
		})
		s, first := newSink(1), true
		if _, err := h.Join("k", false, func(context.Context) (hub.Source, error) {
			tries = append(tries, time.Now())
			if !first {
				return nil, broken
			}
			first = false
			src := newSource()
			go func() { src.events <- broken }()
			return src, nil
		}, s); err != nil {
			t.Fatal(err)
		}
		if err := <-s.end; !errors.Is(err, broken) {
			t.Error(err)
		}
		h.Stop()
		took := tries[len(tries)-1].Sub(tries[0])
		if took < 2*time.Minute || took > 2*time.Minute+10*time.Second || len(tries) < 20 || len(tries) > 70 {
			t.Errorf("%d tries in %v", len(tries), took)
		}
		if last := tries[len(tries)-1].Sub(tries[len(tries)-2]); last < 2500*time.Millisecond || last > 5*time.Second {
			t.Errorf("the last pause was %v", last)
		}
	})
}

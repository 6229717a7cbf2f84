package front

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

type dueKey struct{}

func TestDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, leave := context.WithCancel(context.WithValue(t.Context(), dueKey{}, "v"))
		defer leave()
		d := withDue(parent, time.Minute)
		if at, ok := d.Deadline(); !ok || time.Until(at) != time.Minute || d.Err() != nil || d.Value(dueKey{}) != "v" || Patience(d) != parent {
			t.Fatal(at, ok, d.Err())
		}
		// Nobody waits: the deadline holds all the same.
		time.Sleep(time.Minute)
		if !errors.Is(d.Err(), context.DeadlineExceeded) {
			t.Error(d.Err())
		}
		<-d.Done() // armed late
		if d.end(); !errors.Is(d.Err(), context.DeadlineExceeded) {
			t.Error(d.Err())
		}

		d = withDue(parent, time.Minute)
		child, stop := context.WithCancel(d)
		defer stop()
		called := make(chan struct{})
		context.AfterFunc(d, func() { close(called) })
		time.Sleep(time.Minute - time.Nanosecond)
		if child.Err() != nil || d.Err() != nil || child.Value(dueKey{}) != "v" {
			t.Error("ended early")
		}
		<-called
		<-child.Done()
		if at := context.Cause(child); !errors.Is(at, context.DeadlineExceeded) {
			t.Error(at)
		}
		d.end()

		d = withDue(parent, time.Minute)
		d.end()
		if !errors.Is(d.Err(), context.Canceled) {
			t.Error("ended", d.Err())
		}
		<-d.Done()

		d = withDue(parent, time.Minute)
		leave()
		if !errors.Is(d.Err(), context.Canceled) || time.Until(d.at) != time.Minute {
			t.Error("left", d.Err())
		}
		<-d.Done()
		d.end()

		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if d = withDue(soon, time.Minute); time.Until(d.at) != time.Second {
			t.Error("the parent's deadline is earlier", d.at)
		}
		d.end()
	})
}

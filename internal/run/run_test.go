package run_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"marquee/internal/run"
)

func TestStopsInReverseOnce(t *testing.T) {
	t.Parallel()
	var g run.Group
	var stopped []string
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "same")
	for _, name := range []string{"database", "jobs", "server"} {
		g.Add(name, func(got context.Context) error {
			if got.Value(key{}) != "same" {
				t.Errorf("%s got another context", name)
			}
			stopped = append(stopped, name)
			if name == "jobs" {
				return io.ErrUnexpectedEOF
			}
			return nil
		})
	}
	err := g.Stop(ctx)
	if fmt.Sprint(stopped) != "[server jobs database]" {
		t.Errorf("stopped %v", stopped)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "jobs: unexpected EOF" {
		t.Errorf("error %v", err)
	}
	if err := g.Stop(ctx); err != nil || len(stopped) != 3 {
		t.Errorf("a second stop: %v, %v", err, stopped)
	}
}

func TestAllErrorsAreTold(t *testing.T) {
	t.Parallel()
	var g run.Group
	g.Add("a", func(context.Context) error { return io.EOF })
	g.Add("b", func(context.Context) error { return io.ErrClosedPipe })
	if err := g.Stop(t.Context()); !errors.Is(err, io.EOF) || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
)

// profiling begins a CPU profile of the platform if one was asked for. What it returns waits for its end, about that of the measurement.
func (s *stack) profiling(ctx context.Context) (wait func() error) {
	if s.profile == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- s.writeProfile(ctx) }()
	return func() error { return <-done }
}

func (s *stack) writeProfile(ctx context.Context) error {
	res, err := s.marquee.Admin(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, int(s.seconds.Seconds()))))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("profile: %s: %.200s", res.Status, raw)
	}
	return os.WriteFile(s.profile, raw, 0o600)
}

package password

import (
	"context"
	"testing"

	"marquee/internal/errs"
)

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	h, err := New()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "seven green bicycles")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password, hash string
		want           bool
	}{{"seven green bicycles", hash, true}, {"seven green bicycle", hash, false}, {"", hash, false}, {"", "", false}, {"x", "", false}} {
		if got, err := h.Verify(t.Context(), c.password, c.hash); err != nil || got != c.want {
			t.Errorf("%q against %q: %v, %v", c.password, c.hash, got, err)
		}
	}
	if _, err := h.Verify(t.Context(), "x", "not a hash"); err == nil {
		t.Error("a broken hash is no error")
	}
}

func TestOnlySoManyWait(t *testing.T) {
	t.Parallel()
	h := &Hasher{slots: make(chan struct{}, atOnce)}
	for range atOnce {
		if err := h.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	results := make(chan error, waiting+1)
	for range waiting + 1 {
		go func() { results <- h.enter(ctx) }()
	}
	// All slots are taken, so the one too many is the only one to return before somebody leaves.
	if err := <-results; errs.CodeOf(err) != errs.Overloaded {
		t.Fatalf("the one too many: %v", err)
	}
	h.leave()
	if err := <-results; err != nil {
		t.Fatalf("the next in line: %v", err)
	}
	cancel()
	for range waiting - 1 {
		if err := <-results; errs.CodeOf(err) != errs.Timeout {
			t.Errorf("gone while waiting: %v", err)
		}
	}
	if n := h.present.Load(); n != atOnce {
		t.Errorf("%d present, want %d", n, atOnce)
	}
}

// Package password makes and checks argon2id hashes. Each costs 46 MiB and some 50 ms of one core, so only few run at once, a bounded
// number wait, and the rest are turned away: logging in must not take the machine from those who buy.
package password

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/alexedwards/argon2id"

	"marquee/internal/errs"
)

// params are OWASP's first choice for argon2id (Password Storage Cheat Sheet): 46 MiB, one pass, one lane.
var params = &argon2id.Params{Memory: 46 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	atOnce  = 2
	waiting = 64 // about 1.6 s of work for two cores
)

var errOverloaded = errs.New(errs.Overloaded, "Too many people log in at this moment. Try again in a few seconds.")

// Hasher implements user.Passwords.
type Hasher struct {
	slots   chan struct{}
	present atomic.Int64 // running and waiting
	nobody  string       // a hash that no password has: what unknown users are checked against
}

// New returns a hasher.
func New() (*Hasher, error) {
	nobody, err := argon2id.CreateHash("", params)
	if err != nil {
		return nil, fmt.Errorf("password: %w", err)
	}
	return &Hasher{slots: make(chan struct{}, atOnce), nobody: nobody}, nil
}

// enter waits for a slot. OVERLOADED when too many wait already.
func (h *Hasher) enter(ctx context.Context) error {
	if h.present.Add(1) > atOnce+waiting {
		h.present.Add(-1)
		return errOverloaded
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		h.present.Add(-1)
		return errs.New(errs.Timeout, "This took too long.").Because(ctx.Err())
	}
}

func (h *Hasher) leave() {
	<-h.slots
	h.present.Add(-1)
}

// Hash implements user.Passwords.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	hash, err := argon2id.CreateHash(password, params)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return hash, nil
}

// Verify implements user.Passwords.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	against := hash
	if hash == "" {
		against = h.nobody
	}
	same, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("password: %w", err)
	}
	return same && hash != "", nil
}

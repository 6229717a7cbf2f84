// Package keyring keeps the keys that sign tickets and links to their files: the newest whose time has come signs, all are published.
// Keys live in BookingDB and are never deleted there: a ticket verifies as long as its event is to come.
package keyring

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/pass"
)

// Store keeps the keys.
type Store interface {
	// TicketKeys returns all keys, ordered by SignsFrom.
	TicketKeys(ctx context.Context) ([]pass.Key, error)
	// FirstTicketKey stores the key if there is none, and returns all keys.
	FirstTicketKey(ctx context.Context, k pass.Key) ([]pass.Key, error)
	// AddTicketKey stores one more key.
	AddTicketKey(ctx context.Context, k pass.Key, by, reason string) error
}

const (
	// rereadAfter is how old the known keys may grow: a key added by another process is known here at most so much later.
	rereadAfter = time.Minute
	// Notice is how long a new key is published before it signs, so that doors that fetch the set now and then know it by then.
	Notice = 15 * time.Minute
)

// Ring is the keys of the installation.
type Ring struct {
	store Store
	clock func() time.Time

	mu   sync.Mutex
	keys []pass.Key
	read time.Time
}

// Open reads the keys, and makes the first one on a fresh installation.
func Open(ctx context.Context, store Store, clock func() time.Time) (*Ring, error) {
	r := &Ring{store: store, clock: clock, read: clock()}
	var err error
	if r.keys, err = store.TicketKeys(ctx); err == nil && len(r.keys) == 0 {
		var first pass.Key
		if first, err = pass.NewKey(r.read); err == nil {
			r.keys, err = store.FirstTicketKey(ctx, first)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("ticket keys: %w", err)
	}
	return r, nil
}

// Sign writes the payload of a ticket's QR code.
func (r *Ring) Sign(ctx context.Context, p pass.Pass) (string, error) {
	return pass.Sign(p, r.signer(ctx))
}

// Verify reads a payload. Errors: those of pass.Verify.
func (r *Ring) Verify(ctx context.Context, payload string) (pass.Pass, error) {
	return pass.Verify(payload, r.Public(ctx))
}

// Public returns the keys by which payloads are verified, oldest first.
func (r *Ring) Public(ctx context.Context) pass.KeySet {
	keys := r.all(ctx)
	out := make(pass.KeySet, len(keys))
	for i, k := range keys {
		out[i] = k.Public()
	}
	return out
}

// List returns them one by one.
func (r *Ring) List(ctx context.Context) []*pass.PublicKey {
	keys := r.Public(ctx)
	out := make([]*pass.PublicKey, len(keys))
	for i := range keys {
		out[i] = &keys[i]
	}
	return out
}

// maxReason is how many characters the reason of a rotation may have.
const maxReason = 500

// Rotate adds a key that takes over after Notice. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer is an administrator, INVALID_INPUT.
func (r *Ring) Rotate(ctx context.Context, v *viewer.Viewer, reason string) (*pass.PublicKey, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(reason) > maxReason || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return nil, errs.New(errs.InvalidInput, fmt.Sprintf("A reason has at most %d characters.", maxReason)).At("input", "reason")
	}
	k, err := pass.NewKey(r.clock().Add(Notice))
	if err != nil {
		return nil, err
	}
	if err := r.store.AddTicketKey(ctx, k, v.ID(), reason); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.read = time.Time{}
	r.mu.Unlock()
	public := k.Public()
	return &public, nil
}

// purpose keeps signatures of other texts apart from those of payloads, which begin with a version.
const purpose = "marquee link\n"

// SignText signs a text that only this installation will read again, for example a link. The signature holds with the key's id.
func (r *Ring) SignText(ctx context.Context, text string) (keyID string, signature []byte) {
	k := r.signer(ctx)
	return k.ID, ed25519.Sign(k.Private, []byte(purpose+text))
}

// VerifyText reports whether SignText made the signature for the text.
func (r *Ring) VerifyText(ctx context.Context, text, keyID string, signature []byte) bool {
	for _, k := range r.all(ctx) {
		if k.ID == keyID {
			return ed25519.Verify(k.Public().Key, []byte(purpose+text), signature)
		}
	}
	return false
}

// all returns the keys, read again when they are old. When they cannot be read, the known ones go on serving.
func (r *Ring) all(ctx context.Context) []pass.Key {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.clock(); now.Sub(r.read) >= rereadAfter {
		if keys, err := r.store.TicketKeys(ctx); err == nil && len(keys) > 0 {
			r.keys, r.read = keys, now
		}
	}
	return r.keys
}

// signer returns the newest key whose time has come; the oldest if none's has.
func (r *Ring) signer(ctx context.Context) pass.Key {
	keys := r.all(ctx)
	now := r.clock()
	for i := len(keys) - 1; i > 0; i-- {
		if !keys[i].SignsFrom.After(now) {
			return keys[i]
		}
	}
	return keys[0]
}

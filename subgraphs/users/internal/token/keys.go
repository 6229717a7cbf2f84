// Package token makes access tokens: JWTs signed with Ed25519 (RFC 8037) in the profile of RFC 9068, and the key set (JWKS) by which
// others check them. Keys live in UserDB; the newest whose time has come signs, all are published.
package token

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"
	"time"
)

// Key is a signing key.
type Key struct {
	ID        string // kid: the thumbprint of the public key (RFC 7638)
	Private   ed25519.PrivateKey
	SignsFrom time.Time
}

// Public returns the public half.
func (k Key) Public() ed25519.PublicKey { return k.Private.Public().(ed25519.PublicKey) }

// KeyStore keeps the keys.
type KeyStore interface {
	// Keys returns all keys, ordered by SignsFrom.
	Keys(ctx context.Context) ([]Key, error)
	// FirstKey stores the key if there is none, and returns all keys.
	FirstKey(ctx context.Context, k Key) ([]Key, error)
}

// rereadAfter is how old the known keys may grow: a key added elsewhere is published here at most so much later.
const rereadAfter = time.Minute

// Keys is the keys of the installation.
type Keys struct {
	store KeyStore
	clock func() time.Time

	mu   sync.Mutex
	keys []Key
	read time.Time
}

// OpenKeys reads the keys, and makes the first one on a fresh installation.
func OpenKeys(ctx context.Context, store KeyStore, clock func() time.Time) (*Keys, error) {
	k := &Keys{store: store, clock: clock, read: clock()}
	var err error
	if k.keys, err = store.Keys(ctx); err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	if len(k.keys) > 0 {
		return k, nil
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	first := Key{ID: thumbprint(public), Private: private, SignsFrom: k.read.UTC().Truncate(time.Microsecond)}
	if k.keys, err = store.FirstKey(ctx, first); err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	return k, nil
}

// all returns the keys, read again when they are old. When they cannot be read, the known ones go on serving.
func (k *Keys) all(ctx context.Context) []Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.clock(); now.Sub(k.read) >= rereadAfter {
		if keys, err := k.store.Keys(ctx); err == nil && len(keys) > 0 {
			k.keys, k.read = keys, now
		}
	}
	return k.keys
}

// signer returns the newest key whose time has come; the oldest if none's has.
func (k *Keys) signer(ctx context.Context) Key {
	keys := k.all(ctx)
	now := k.clock()
	for i := len(keys) - 1; i > 0; i-- {
		if !keys[i].SignsFrom.After(now) {
			return keys[i]
		}
	}
	return keys[0]
}

// thumbprint is the JWK thumbprint of an Ed25519 key: the hash of its required members in lexical order (RFC 7638, RFC 8037 §2).
func thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

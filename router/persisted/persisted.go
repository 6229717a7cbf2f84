// Package persisted lets clients name a document instead of sending it.
//
// Vocabulary: a persisted document is one that the operator registered under an
// id, in a manifest; an automatic persisted query (APQ) is one that a client
// registered under its SHA-256 by sending both once; a store keeps the latter.
// The safelist is the manifest where nothing else may be executed.
package persisted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// The codes of errors.
const (
	CodeNotFound     = "PERSISTED_QUERY_NOT_FOUND"     // no document has this id: send it along with its text
	CodeNotSupported = "PERSISTED_QUERY_NOT_SUPPORTED" // no ids are taken: send the text alone
	CodeMismatch     = "PERSISTED_QUERY_HASH_MISMATCH" // the text has another SHA-256
	CodeNotListed    = "QUERY_NOT_IN_SAFELIST"         // only documents of the manifest are executed
)

// Error says why there is no document. Messages are those that clients of APQ
// know.
type Error struct{ Code, Message string }

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Store keeps automatic persisted queries by their SHA-256 in lower-case
// hexadecimal digits. It may forget them. Implementations are safe for
// concurrent use.
type Store interface {
	// Get returns the text, or false.
	Get(ctx context.Context, hash string) (string, bool, error)
	// Put keeps a text.
	Put(ctx context.Context, hash, text string) error
}

// Documents resolves requests to documents. The zero value takes no ids and
// allows every text.
type Documents struct {
	// Manifest are the persisted documents by id.
	Manifest map[string]string
	// Only allows nothing but the manifest: by id, or by the very text.
	Only bool
	// Store keeps automatic persisted queries; nil is none. Unused with Only.
	Store Store
	// OnLookup, if not nil, is told of every look-up by id.
	OnLookup func(found bool)

	listed map[string]bool // texts of the manifest
}

// Init prepares d for use.
func (d *Documents) Init() error {
	if d.Only && len(d.Manifest) == 0 {
		return errors.New("persisted documents: only those of a manifest are allowed, and there is none")
	}
	d.listed = make(map[string]bool, len(d.Manifest))
	for _, text := range d.Manifest {
		d.listed[text] = true
	}
	if d.Only {
		d.Store = nil
	}
	return nil
}

// Request is how a client names its document. At least one field is set.
type Request struct {
	Text string
	ID   string // of the manifest
	Hash string // SHA-256 of an automatic persisted query, or an id of the manifest
}

// Document returns the text to execute. register is true if it is to be given to
// Register once it has proved valid. Errors that are not an *Error are the store's.
func (d *Documents) Document(ctx context.Context, r Request) (text string, register bool, err error) {
	if r.ID != "" {
		text, ok := d.Manifest[r.ID]
		d.looked(ok)
		if !ok {
			return "", false, d.unknown()
		}
		return text, false, nil
	}
	if r.Hash == "" {
		return r.Text, false, d.allowed(r.Text)
	}
	if r.Text == "" {
		return d.byHash(ctx, r.Hash)
	}
	hash := strings.ToLower(r.Hash)
	if d.Manifest[r.Hash] == r.Text { // ids of the manifest need not be hashes
		return r.Text, false, nil
	}
	if sum := sha256.Sum256([]byte(r.Text)); hex.EncodeToString(sum[:]) != hash {
		return "", false, &Error{CodeMismatch, "provided sha does not match query"}
	}
	return r.Text, d.Store != nil, d.allowed(r.Text)
}

func (d *Documents) byHash(ctx context.Context, hash string) (string, bool, error) {
	text, ok := d.Manifest[hash]
	if !ok && d.Store != nil {
		var err error
		if text, ok, err = d.Store.Get(ctx, strings.ToLower(hash)); err != nil {
			// The client sends the text then: the store is a help, not a need.
			d.looked(false)
			return "", false, errors.Join(d.unknown(), fmt.Errorf("store of persisted queries: %w", err))
		}
	}
	d.looked(ok)
	if !ok {
		return "", false, d.unknown()
	}
	return text, false, nil
}

// Register keeps an automatic persisted query.
func (d *Documents) Register(ctx context.Context, r Request) error {
	if d.Store == nil {
		return nil
	}
	return d.Store.Put(ctx, strings.ToLower(r.Hash), r.Text)
}

func (d *Documents) allowed(text string) error {
	if d.Only && !d.listed[text] {
		return &Error{CodeNotListed, "Only registered operations are executed."}
	}
	return nil
}

func (d *Documents) unknown() error {
	if d.Store == nil && len(d.Manifest) == 0 {
		return &Error{CodeNotSupported, "PersistedQueryNotSupported"}
	}
	return &Error{CodeNotFound, "PersistedQueryNotFound"}
}

func (d *Documents) looked(found bool) {
	if d.OnLookup != nil {
		d.OnLookup(found)
	}
}

// Package pass is what the QR code of a ticket says: which ticket of which event, in which edition, signed with Ed25519 so that a door
// without a network can tell a true one from a forged one by the public keys alone. It does no I/O.
//
//	payload    "MQ1." + base32 of the claim and its signature: 171 symbols of the QR code's alphanumeric mode
//	claim      ticket (16 bytes of its UUID) · event (16) · key id (4) · revision (4, big endian)
//	signature  Ed25519 over "MQ1." and the claim (64)
//	revision   1 for a new ticket; grows when the ticket is issued again, which makes what was printed before worthless
//	key id     the first 4 bytes of the SHA-256 thumbprint (RFC 7638) of the public key, as 8 hexadecimal digits
//
// Base32 (RFC 4648, no padding) rather than something denser: it has one case and no punctuation, so that it survives scanners that type
// like a keyboard, whatever their layout and the state of their shift key.
package pass

import (
	"crypto/ed25519"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strings"

	"github.com/google/uuid"

	"marquee/internal/id"
)

const (
	family    = "MQ" // and the version's digit and a full stop
	prefix    = "MQ1."
	claimSize = 16 + 16 + 4 + 4
	size      = claimSize + ed25519.SignatureSize
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Why a payload is not believed.
var (
	// ErrNotAPass is for text that no version of this package has written.
	ErrNotAPass = errors.New("this is not a ticket's QR code")
	// ErrVersion is for a payload of a later version than this program knows.
	ErrVersion = errors.New("this QR code is of a newer kind than this program knows")
	// ErrUnknownKey is for a payload signed by a key that is not in the set: a forgery, or a set that is too old.
	ErrUnknownKey = errors.New("this QR code is signed by a key that is not known here")
	// ErrForged is for a payload whose signature does not fit.
	ErrForged = errors.New("this QR code is forged: its signature does not fit")
)

// Pass is what a payload claims.
type Pass struct {
	TicketID string // tik_…
	EventID  string // evt_…
	Revision int
}

// Looks reports whether a text is meant to be a payload of this or another version, rather than a code that was typed.
func Looks(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) > len(prefix) && strings.EqualFold(text[:len(family)], family) && '0' <= text[2] && text[2] <= '9' && text[3] == '.'
}

// Sign writes the payload. Error: the pass names something that has no UUID or a revision out of range.
func Sign(p Pass, k Key) (string, error) {
	ticket, ok1 := id.UUID("tik", p.TicketID)
	event, ok2 := id.UUID("evt", p.EventID)
	raw, err := hex.DecodeString(k.ID)
	if !ok1 || !ok2 || p.Revision < 1 || p.Revision > math.MaxInt32 || err != nil || len(raw) != 4 {
		return "", errors.New("pass: nothing that could be signed")
	}
	claim := make([]byte, 0, size)
	claim = append(claim, ticket[:]...)
	claim = append(claim, event[:]...)
	claim = append(claim, raw...)
	claim = binary.BigEndian.AppendUint32(claim, uint32(p.Revision))
	return prefix + encoding.EncodeToString(append(claim, ed25519.Sign(k.Private, signed(claim))...)), nil
}

// Verify reads a payload and checks its signature against the set. Blanks around it and its case do not matter.
// Errors: ErrNotAPass, ErrVersion, ErrUnknownKey, ErrForged.
func Verify(text string, keys KeySet) (Pass, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	switch {
	case !Looks(text):
		return Pass{}, ErrNotAPass
	case !strings.HasPrefix(text, prefix):
		return Pass{}, ErrVersion
	}
	raw, err := encoding.DecodeString(text[len(prefix):])
	// One payload has one spelling: bits beyond the last byte are zero.
	if err != nil || len(raw) != size || encoding.EncodeToString(raw) != text[len(prefix):] {
		return Pass{}, ErrNotAPass
	}
	claim, signature := raw[:claimSize], raw[claimSize:]
	public := keys.find(hex.EncodeToString(claim[32:36]))
	if public == nil {
		return Pass{}, ErrUnknownKey
	}
	revision := binary.BigEndian.Uint32(claim[36:])
	if !ed25519.Verify(public, signed(claim), signature) || revision < 1 || revision > math.MaxInt32 {
		return Pass{}, ErrForged
	}
	return Pass{
		TicketID: id.From("tik", uuid.UUID(claim[:16])), EventID: id.From("evt", uuid.UUID(claim[16:32])), Revision: int(revision),
	}, nil
}

// signed is what the signature is over: the version belongs to it, so that no payload of one version can pass for one of another.
func signed(claim []byte) []byte { return append([]byte(prefix), claim...) }

package booking

import (
	"crypto/rand"
	"strings"
)

// Crockford's base32 (crockford.com/base32.html): no I, L, O, U, so that a code survives being read out, copied by hand and typed.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const group = 4

// NewTicketCode returns a new random code of 12 symbols, 60 bits, in groups of four: with 100,000 tickets sold for an event, a
// guess hits one of them once in 10^13 tries.
func NewTicketCode() string { return grouped(random(3 * group)) }

// NewReference returns a new random booking reference of 8 symbols, 40 bits, in groups of four. It is short, so two can collide: the
// store refuses the second and the hold is tried again with another.
func NewReference() string { return grouped(random(2 * group)) }

func random(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails
	for i, b := range raw {
		raw[i] = alphabet[b%32] // 256 is a multiple of 32: no bias
	}
	return string(raw)
}

func grouped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += group {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(s[i:min(i+group, len(s))])
	}
	return b.String()
}

// ReadCode brings a code as a person typed it into the form it was given out in: capitals, no spaces, O read as 0, I and L as 1,
// grouped by hyphens. ok is false when no code can look like this.
func ReadCode(typed string) (code string, ok bool) {
	var b strings.Builder
	for _, r := range typed {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		switch {
		case r == ' ' || r == '-' || r == '\t' || r == '\n' || r == '\r':
			continue
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		case r >= 128 || !strings.ContainsRune(alphabet, r):
			return "", false
		}
		if b.Len() == 32 {
			return "", false
		}
		b.WriteRune(r)
	}
	return grouped(b.String()), b.Len() > 0
}

package payment

import (
	"crypto/sha256"
	"strings"
	"unicode"
	"unicode/utf8"

	"marquee/internal/errs"
)

// checkKey refuses a client's key of idempotency that has not 8 to 200 characters, or unprintable ones: INVALID_IDEMPOTENCY_KEY.
func checkKey(key string) *errs.Error {
	n := utf8.RuneCountInString(key)
	bad := strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) })
	if n < 8 || n > 200 || bad || !utf8.ValidString(key) {
		return errs.New(InvalidIdempotencyKey, "The key must have 8 to 200 printable characters.").At("input", "idempotencyKey")
	}
	return nil
}

// digest is a hash of a request's parts, by which the same key with another request is known.
func digest(parts ...string) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0}) // no part holds a zero byte: ids and keys are checked, the rest is ours
	}
	return h.Sum(nil)
}

// plausible reports whether a foreign id is worth asking the database for: short and plain.
func plausible(id string) bool {
	return len(id) > 0 && len(id) <= 100 && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Package webhook holds what the providers' webhooks share: how a delivery is refused, and the check of a plain HMAC.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// ErrForged says that a delivery is not the provider's, or too old to be taken: it is refused for good.
var ErrForged = errors.New("the delivery is not signed as it must be")

// Tolerance is how old a signed moment of sending may be, or how far ahead.
const Tolerance = 5 * time.Minute

// HMAC reports whether signature is the hexadecimal HMAC-SHA-256 of the body under one of the secrets. More than one secret serves
// while an old one is being replaced.
func HMAC(body []byte, signature string, secrets []string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	right := false
	for _, s := range secrets {
		mac := hmac.New(sha256.New, []byte(s))
		mac.Write(body)
		right = hmac.Equal(mac.Sum(nil), given) || right
	}
	return right
}

// Secrets splits a setting that may hold several secrets, parted by commas.
func Secrets(setting string) []string {
	var out []string
	for s := range strings.SplitSeq(setting, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

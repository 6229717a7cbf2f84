// Package email says what an e-mail address is, wherever people type one.
package email

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const longest = 254 // bytes: RFC 5321 §4.5.3.1.3, a path less its brackets

// Unquoted local parts and host names with a dot; letters of every script (RFC 6531).
var address = regexp.MustCompile(`^[\pL\pM\pN.!#$%&'*+/=?^_{|}~` + "`" + `-]{1,64}@(?:[\pL\pM\pN](?:[\pL\pM\pN-]{0,61}[\pL\pM\pN])?\.)+[\pL\pM\pN-]{2,63}$`)

// Normal returns an address in the form in which it is unique: without surrounding spaces, composed (NFC) and in lower case.
func Normal(s string) (string, bool) {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	local, _, _ := strings.Cut(s, "@")
	ok := len(s) <= longest && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) && address.MatchString(s) &&
		!strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
	return s, ok
}

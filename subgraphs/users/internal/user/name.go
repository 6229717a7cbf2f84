package user

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	longestName  = 100
	longestEmail = 254 // RFC 5321 §4.5.3.1.3, a path less its brackets
)

// plain reports whether a text is valid UTF-8 on one line, without control characters.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func validName(name string) bool {
	return plain(name) && strings.TrimSpace(name) != "" && utf8.RuneCountInString(name) <= longestName
}

// Unquoted local parts and host names with a dot; letters of every script (RFC 6531).
var address = regexp.MustCompile(`^[\pL\pM\pN.!#$%&'*+/=?^_{|}~` + "`" + `-]{1,64}@(?:[\pL\pM\pN](?:[\pL\pM\pN-]{0,61}[\pL\pM\pN])?\.)+[\pL\pM\pN-]{2,63}$`)

// normalEmail returns an address in the form in which it is unique: without surrounding spaces, composed (NFC) and in lower case.
func normalEmail(s string) (string, bool) {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	local, _, _ := strings.Cut(s, "@")
	ok := len(s) <= longestEmail && plain(s) && address.MatchString(s) &&
		!strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
	return s, ok
}

package user

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestName = 100

// plain reports whether a text is valid UTF-8 on one line, without control characters.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func validName(name string) bool {
	return plain(name) && strings.TrimSpace(name) != "" && utf8.RuneCountInString(name) <= longestName
}

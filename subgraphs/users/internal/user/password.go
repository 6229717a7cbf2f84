package user

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Passwords count in characters after normalisation (NIST SP 800-63B §3.1.1.2).
const (
	shortestPassword = 8
	longestPassword  = 256
)

//go:embed common.txt
var commonText string

var common = func() map[string]struct{} {
	set := map[string]struct{}{}
	for word := range strings.FieldsSeq(commonText) {
		set[word] = struct{}{}
	}
	return set
}()

// normalPassword makes the same password of whatever keyboards send for it: compatibility composition, as NIST SP 800-63B asks.
func normalPassword(p string) string { return norm.NFKC.String(p) }

// weakness says what is wrong with a new password, "" if nothing.
func weakness(password, name, email string) string {
	p := normalPassword(password)
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(p, 0):
		return "A password is text."
	case n < shortestPassword:
		return "A password has at least 8 characters."
	case n > longestPassword:
		return "A password has at most 256 characters."
	case isCommon(p):
		return "Too many people use this password. Choose another; a few words in a row are good."
	}
	lower := strings.ToLower(p)
	local, _, _ := strings.Cut(email, "@")
	if lower == email || lower == local || lower == strings.ToLower(name) {
		return "A password is not one's own name or address."
	}
	return ""
}

// isCommon reports whether a password is well known: on the list, on it but for digits and signs put at the end, or a repetition or
// run of characters.
func isCommon(p string) bool {
	lower := strings.ToLower(p)
	if _, ok := common[lower]; ok {
		return true
	}
	word := strings.TrimRightFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	if _, ok := common[word]; ok && utf8.RuneCountInString(lower)-utf8.RuneCountInString(word) <= 4 {
		return true
	}
	return monotonous([]rune(lower))
}

// monotonous reports whether each character follows from the one before in the same way: aaaaaaaa, 12345678, hgfedcba.
func monotonous(p []rune) bool {
	step := p[1] - p[0]
	if step < -1 || step > 1 {
		return false
	}
	for i := 2; i < len(p); i++ {
		if p[i]-p[i-1] != step {
			return false
		}
	}
	return true
}

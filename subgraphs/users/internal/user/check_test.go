package user

import (
	"strings"
	"testing"
)

func TestWeakness(t *testing.T) {
	t.Parallel()
	weak := []string{
		"", "short", "1234567", "password", "PASSWORD", "Password1!", "monkey12", "aaaaaaaa", "12345678", "hgfedcba", "qwertyuiop", "iloveyou2",
		"ada lovelace", "ada@example.com", "p\xffassword abc", strings.Repeat("a b", 100), "ｐａｓｓｗｏｒｄ",
	}
	for _, p := range weak {
		if weakness(p, "Ada Lovelace", "ada@example.com") == "" {
			t.Errorf("%q is taken for strong", p)
		}
	}
	for _, p := range []string{"seven green bicycles", "marquee-demo", "Tr0ub4dor&3", "пароль из слов", "🚲🚲🌧️🎪🎟️🎈🎺🥁🎷", strings.Repeat("ab d", 64)} {
		if why := weakness(p, "Ada Lovelace", "ada@example.com"); why != "" {
			t.Errorf("%q: %s", p, why)
		}
	}
	if len(common) < 300 {
		t.Errorf("only %d common passwords", len(common))
	}
	for word := range common {
		if word != strings.ToLower(word) {
			t.Errorf("%q is not in lower case and never found", word)
		}
	}
}

func TestValidName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"A", "Zoë 'Z' 李", strings.Repeat("é", 100), "👩‍👩‍👧"} {
		if !validName(name) {
			t.Errorf("%q refused", name)
		}
	}
	for _, name := range []string{"", " ", "\u00a0", "a\nb", "a\x00", "\xff", strings.Repeat("é", 101)} {
		if validName(name) {
			t.Errorf("%q accepted", name)
		}
	}
}

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

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ada@example.com": "ada@example.com", " Ada.L+tickets@Mail.Example.COM\n": "ada.l+tickets@mail.example.com",
		"ÄDA@bücher.example": "äda@bücher.example", "a\u0308da@example.com": "äda@example.com", "o'neil@example.ie": "o'neil@example.ie",
	} {
		if got, ok := normalEmail(in); !ok || got != want {
			t.Errorf("%q is %q, %v", in, got, ok)
		}
	}
	for _, bad := range []string{
		"", "ada", "@example.com", "ada@", "ada@localhost", "ada@@example.com", "a b@example.com", ".ada@example.com", "ada.@example.com",
		"a..b@example.com", "ada@-example.com", "ada@example..com", "ada@example.com\x00", "ada@exa\tmple.com", "<ada@example.com>",
		strings.Repeat("a", 65) + "@example.com", "ada@" + strings.Repeat("a.", 130) + "com", "ada@example.c", "a\xff@example.com",
	} {
		if got, ok := normalEmail(bad); ok {
			t.Errorf("%q was taken for the address %q", bad, got)
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

package email_test

import (
	"strings"
	"testing"

	"marquee/internal/email"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ada@example.com": "ada@example.com", " Ada.L+tickets@Mail.Example.COM\n": "ada.l+tickets@mail.example.com",
		"ÄDA@bücher.example": "äda@bücher.example", "a\u0308da@example.com": "äda@example.com", "o'neil@example.ie": "o'neil@example.ie",
	} {
		if got, ok := email.Normal(in); !ok || got != want {
			t.Errorf("%q is %q, %v", in, got, ok)
		}
	}
	for _, bad := range []string{
		"", "ada", "@example.com", "ada@", "ada@localhost", "ada@@example.com", "a b@example.com", ".ada@example.com", "ada.@example.com",
		"a..b@example.com", "ada@-example.com", "ada@example..com", "ada@example.com\x00", "ada@exa\tmple.com", "<ada@example.com>",
		strings.Repeat("a", 65) + "@example.com", "ada@" + strings.Repeat("a.", 130) + "com", "ada@example.c", "a\xff@example.com",
	} {
		if got, ok := email.Normal(bad); ok {
			t.Errorf("%q was taken for the address %q", bad, got)
		}
	}
}

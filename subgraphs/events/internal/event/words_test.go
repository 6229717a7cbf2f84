package event

import (
	"slices"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "Zürich": "zurich", "Zu\u0308rich": "zurich", "STRAẞE straße": "strasse strasse", "Łódź": "lodz", "Ærø": "aero", "İstanbul": "istanbul",
		"ＦＵＬＬ": "full", "ﬁne": "fine", "Київ": "киів", "서울": "서울", "東京": "東京",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q folds to %q, want %q", in, got, want)
		}
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	got := index("Rock'n'Roll: the 2nd Night!", "the night — 'O(1)' & C++\x00", "")
	if want := []string{"1", "2nd", "c", "n", "night", "o", "rock", "roll", "the"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := index("!?"); got == nil || len(got) != 0 {
		t.Errorf("signs only: %#v", got)
	}
	if got := index(strings.Repeat("é", 1000)); len(got) != 1 || len(got[0]) != longestWord {
		t.Errorf("a long word: %d of %d bytes", len(got), len(got[0]))
	}
}

func TestSlugOf(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Evening of Songs": "evening-of-songs", "  --Ünï/cödé-- ": "uni-code", "東京": "event", "東京 2027": "2027", "!": "event", "C++ & Go": "c-go",
		strings.Repeat("x", 200): strings.Repeat("x", 60), strings.Repeat("word ", 40): strings.TrimSuffix(strings.Repeat("word-", 12), "-"),
	} {
		if got := slugOf(title); got != want {
			t.Errorf("%q is %q, want %q", title, got, want)
		}
	}
}

func FuzzSlugOf(f *testing.F) {
	f.Add("Evening of Songs")
	f.Add("ẞ\u0301 \x00 -")
	f.Fuzz(func(t *testing.T, title string) {
		slug := withSuffix(slugOf(title))
		if len(slug) > longestSlug+7 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.HasPrefix(slug, "-") || strings.Contains(slug, "--") {
			t.Errorf("%q is %q", title, slug)
		}
	})
}

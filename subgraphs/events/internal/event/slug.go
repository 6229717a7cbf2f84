package event

import (
	"crypto/rand"
	"strings"
)

const longestSlug = 60

// slugOf makes a short name for addresses of a title: its words in ASCII, joined by hyphens; "event" where none is left.
func slugOf(title string) string {
	var b strings.Builder
	for _, word := range words(title) {
		ascii := strings.Map(func(r rune) rune {
			if r < 0x80 {
				return r
			}
			return -1
		}, word)
		if ascii == "" {
			continue
		}
		if b.Len() > 0 {
			if b.Len()+1+len(ascii) > longestSlug {
				break
			}
			b.WriteByte('-')
		}
		b.WriteString(ascii[:min(len(ascii), longestSlug)])
	}
	if b.Len() == 0 {
		return "event"
	}
	return b.String()
}

// withSuffix makes a slug that is most likely free: 30 random bits are added.
func withSuffix(slug string) string { return slug + "-" + strings.ToLower(rand.Text()[:6]) }

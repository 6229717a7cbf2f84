package event

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const longestWord = 64 // characters of a word that count

// letters that canonical decomposition leaves as they are, though people type them as others.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i")

// Fold makes texts comparable: compatibility forms are resolved, case and accents go.
func Fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(norm.NFKC.String(s))))
	return norm.NFC.String(letters.Replace(strings.ToLower(s)))
}

// words returns the folded words of texts in order: runs of letters, digits and combining marks.
func words(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(Fold(text), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			if runes := []rune(w); len(runes) > longestWord {
				w = string(runes[:longestWord])
			}
			out = append(out, w)
		}
	}
	return out
}

// index returns the words by which something is found: sorted, each once.
func index(texts ...string) []string {
	all := words(texts...)
	slices.Sort(all)
	if all = slices.Compact(all); all == nil {
		return []string{}
	}
	return all
}

// Words returns the words by which the event is found.
func (e *Event) Words() []string {
	if e.Venue == nil {
		return index(e.Title, e.Summary)
	}
	return index(e.Title, e.Summary, e.Venue.Name, e.Venue.City)
}

// Words returns the words by which the venue is found.
func (v *Venue) Words() []string { return index(v.Name, v.Address, v.City) }

package store

import (
	"context"
	"strings"

	"marquee/internal/pg"
)

// alternatives is what may stand for each search word: at first only itself.
func alternatives(words []string) [][]string {
	out := make([][]string, len(words))
	for i, w := range words {
		out[i] = []string{w}
	}
	return out
}

// tsquery asks for all words, each as the beginning of a word of the text or one of its alternatives. Words are letters and digits
// only (event.Fold and its kin see to that), so quoting cannot be broken out of.
func tsquery(words [][]string) string {
	all := make([]string, len(words))
	for i, alternatives := range words {
		any := make([]string, len(alternatives))
		for n, w := range alternatives {
			any[n] = "'" + w + "':*"
		}
		all[i] = "(" + strings.Join(any, "|") + ")"
	}
	return strings.Join(all, "&")
}

// misspelt words of at least shortestTypo characters are compared with the words of events; alike are those that share this part of
// their trigrams. "festval" and "festival" share 6 of 11.
const (
	shortestTypo = 4
	alike        = 0.35
)

// correct adds, to words that no event has or begins with, the known words most like them.
func (s *Store) correct(ctx context.Context, words []string) ([][]string, error) {
	out := alternatives(words)
	if !s.trigrams {
		return out, nil
	}
	rows, err := s.pool.Query(ctx, `
		select w.n, v.word
		from unnest($1::text[]) with ordinality w (word, n),
		     lateral (select s.word from search_word s where s.word % w.word and similarity(s.word, w.word) >= $2
		              order by similarity(s.word, w.word) desc, s.word limit 5) v
		where char_length(w.word) >= $3
		  and not exists (select from search_word x where x.word >= w.word and x.word < w.word || chr(1114111))
		order by w.n, v.word`, words, alike, shortestTypo)
	if err != nil {
		return nil, pg.Translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var word string
		if err := rows.Scan(&n, &word); err != nil {
			return nil, pg.Translate(err)
		}
		out[n-1] = append(out[n-1], word)
	}
	return out, pg.Translate(rows.Err())
}

package scan

import (
	"errors"
	"iter"
	"unicode/utf8"
)

// What Check finds wrong with a text.
var (
	ErrSyntax = errors.New("not JSON")
	ErrUTF8   = errors.New("not UTF-8")
	ErrDepth  = errors.New("nested too deep") // deeper than MaxDepth
)

// Check says whether a text is one JSON value with nothing but white space around
// it, nested at most MaxDepth deep.
func Check(b []byte) error {
	end := Value(b, Space(b, 0), 0)
	switch {
	case end >= 0 && Space(b, end) == len(b):
		return nil
	case !utf8.Valid(b):
		return ErrUTF8
	case end < 0 && enclosing(b[:^end]) >= MaxDepth:
		return ErrDepth
	}
	return ErrSyntax
}

// enclosing counts the objects and lists that the beginning of a value leaves open.
func enclosing(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = stringEnd(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return depth
}

// The functions below are for texts, or values in them, that were checked before:
// they look for the end only. What was not checked makes them stop early, at
// worst with parts that mean nothing.

// Span is where a value is in its text: b[From:To].
type Span struct{ From, To int }

// Members are the members of the object that begins at i, in order, repetitions
// included: the key as it is written, with its quotes, and where the value is.
func Members(b []byte, i int) iter.Seq2[[]byte, Span] {
	return func(yield func([]byte, Span) bool) {
		for at := Space(b, i+1); at < len(b) && b[at] == '"'; {
			end := stringEnd(b, at)
			key := b[at:end]
			from := Space(b, Space(b, end)+1) // behind the colon
			to := skip(b, from)
			if to <= from || !yield(key, Span{from, to}) {
				return
			}
			at = behind(b, to)
		}
	}
}

// Elements are the places of the elements of the list that begins at i, in order.
func Elements(b []byte, i int) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for at := Space(b, i+1); at < len(b) && b[at] != ']'; {
			to := skip(b, at)
			if to <= at || !yield(Span{at, to}) {
				return
			}
			at = behind(b, to)
		}
	}
}

// behind is where what follows the value that ended at i begins.
func behind(b []byte, i int) int {
	if i = Space(b, i); i < len(b) && b[i] == ',' {
		i = Space(b, i+1)
	}
	return i
}

// skip returns the end of the value that begins at i.
func skip(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // the container of a number or word
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}

// stringEnd returns the end of the string literal that begins at i.
func stringEnd(b []byte, i int) int {
	if end := Plain(b, i); end > 0 {
		return end
	}
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

package executor

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// The scanner recognises exactly the JSON grammar of RFC 8259 (plus valid
// UTF-8 inside strings) and never builds values: leaves are remembered as
// spans of the body and copied through. Every function takes the body and an
// offset and returns the offset behind the value, or ^offset (a negative
// number) of the byte it refused.

// maxJSONDepth bounds the nesting of a subgraph's answer: deeper bodies are
// refused instead of exhausting the stack.
const maxJSONDepth = 512

// Classes of bytes inside a string literal.
const (
	strPlain   = iota // copied through
	strQuote          // ends the literal
	strEscape         // backslash
	strControl        // must have been escaped
	strWide           // part of a multi-byte UTF-8 sequence
)

// stringClass maps every byte to its class inside a string literal.
var stringClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c < 0x20:
			t[c] = strControl
		case c >= utf8.RuneSelf:
			t[c] = strWide
		}
	}
	t['"'], t['\\'] = strQuote, strEscape
	return t
}()

// isHex tells which bytes may follow \u.
var isHex = func() (t [256]bool) {
	for _, c := range "0123456789abcdefABCDEF" {
		t[c] = true
	}
	return t
}()

// skipSpace returns the offset of the first byte at or behind i that is not
// JSON white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// scanString skips the string literal whose opening quote is at i.
func scanString(b []byte, i int) int {
	start, wide := i, false
	for i++; i < len(b); {
		switch stringClass[b[i]] {
		case strPlain:
			i++
		case strQuote:
			if wide && !utf8.Valid(b[start:i]) {
				return ^start
			}
			return i + 1
		case strWide:
			wide = true
			i++
		case strEscape:
			if i+1 >= len(b) {
				return ^i
			}
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				if i+6 > len(b) || !isHex[b[i+2]] || !isHex[b[i+3]] || !isHex[b[i+4]] || !isHex[b[i+5]] {
					return ^i
				}
				i += 6
			default:
				return ^i
			}
		default:
			return ^i
		}
	}
	return ^i
}

// plainString is scanString for the common case: it returns the offset behind
// the string at i, or 0 if there is none or it needs a closer look.
func plainString(b []byte, i int) int {
	if i >= len(b) || b[i] != '"' {
		return 0
	}
	for i++; i+8 <= len(b); i += 8 {
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			if i += bits.TrailingZeros64(m) / 8; b[i] == '"' {
				return i + 1
			}
			return 0
		}
	}
	for ; i < len(b); i++ {
		if c := stringClass[b[i]]; c != strPlain {
			if c == strQuote {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

// special marks, by the high bit of its byte, the first of eight bytes that is a
// quote, a backslash, a control character or part of a multi-byte sequence; what
// it says of the bytes behind that one means nothing. A byte is zero where
// subtracting one borrows from its high bit; so is one below 0x20 less 0x20.
func special(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w | w) & highs
}

// scanNumber skips the number starting at i.
func scanNumber(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i >= len(b):
		return ^i
	case b[i] == '0':
		i++
	case '1' <= b[i] && b[i] <= '9':
		i = skipDigits(b, i)
	default:
		return ^i
	}
	if i < len(b) && b[i] == '.' {
		j := skipDigits(b, i+1)
		if j == i+1 {
			return ^j
		}
		i = j
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		j := skipDigits(b, i)
		if j == i {
			return ^j
		}
		i = j
	}
	return i
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && '0' <= b[i] && b[i] <= '9' {
		i++
	}
	return i
}

// scanLiteral skips the keyword word (true, false or null) at i.
func scanLiteral(b []byte, i int, word string) int {
	if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word)
	}
	return ^i
}

// scanValue skips one value of any kind starting at i (no white space before
// it); depth is the number of enclosing objects and lists.
func scanValue(b []byte, i, depth int) int {
	if i >= len(b) {
		return ^i
	}
	switch b[i] {
	case '"':
		return scanString(b, i)
	case '{':
		return scanObject(b, i, depth+1)
	case '[':
		return scanArray(b, i, depth+1)
	case 't':
		return scanLiteral(b, i, "true")
	case 'f':
		return scanLiteral(b, i, "false")
	case 'n':
		return scanLiteral(b, i, "null")
	}
	return scanNumber(b, i)
}

func scanObject(b []byte, i, depth int) int {
	if depth > maxJSONDepth {
		return ^i
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return ^i
		}
		if i = scanString(b, i); i < 0 {
			return i
		}
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return ^i
		}
		if i = scanValue(b, skipSpace(b, i+1), depth); i < 0 {
			return i
		}
		if i = skipSpace(b, i); i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
		case '}':
			return i + 1
		default:
			return ^i
		}
	}
}

func scanArray(b []byte, i, depth int) int {
	if depth > maxJSONDepth {
		return ^i
	}
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for {
		if i = scanValue(b, i, depth); i < 0 {
			return i
		}
		if i = skipSpace(b, i); i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
		case ']':
			return i + 1
		default:
			return ^i
		}
	}
}

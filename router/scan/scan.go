// Package scan finds where JSON values end, without building them.
//
// It recognises exactly the grammar of RFC 8259, with valid UTF-8 inside strings.
// Every function takes a text and an offset and returns the offset behind the
// value, or ^offset (a negative number) of the byte it refused.
package scan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// MaxDepth bounds nesting: deeper texts are refused instead of exhausting the stack.
const MaxDepth = 512

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

// Space returns the offset of the first byte at or behind i that is not
// JSON white space.
func Space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// String skips the string literal whose opening quote is at i.
func String(b []byte, i int) int {
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

// Plain is String for the common case: it returns the offset behind
// the string at i, or 0 if there is none or it needs a closer look.
func Plain(b []byte, i int) int {
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
// subtracting one borrows from its high bit; so is one below 0x20 less 0x20. A byte
// whose high bit is set beforehand is marked by itself.
func special(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return ((w ^ (ones * '"') - ones) | (w ^ (ones * '\\') - ones) | (w - ones*0x20) | w) & highs
}

// Number skips the number starting at i.
func Number(b []byte, i int) int {
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

// Literal skips the keyword word (true, false or null) at i.
func Literal(b []byte, i int, word string) int {
	if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word)
	}
	return ^i
}

// Value skips one value of any kind starting at i (no white space before
// it); depth is the number of enclosing objects and lists.
func Value(b []byte, i, depth int) int {
	if i >= len(b) {
		return ^i
	}
	switch b[i] {
	case '"':
		return String(b, i)
	case '{':
		return object(b, i, depth+1)
	case '[':
		return array(b, i, depth+1)
	case 't':
		return Literal(b, i, "true")
	case 'f':
		return Literal(b, i, "false")
	case 'n':
		return Literal(b, i, "null")
	}
	return Number(b, i)
}

func object(b []byte, i, depth int) int {
	if depth > MaxDepth {
		return ^i
	}
	i = Space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return ^i
		}
		if i = String(b, i); i < 0 {
			return i
		}
		if i = Space(b, i); i >= len(b) || b[i] != ':' {
			return ^i
		}
		if i = Value(b, Space(b, i+1), depth); i < 0 {
			return i
		}
		if i = Space(b, i); i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			i = Space(b, i+1)
		case '}':
			return i + 1
		default:
			return ^i
		}
	}
}

func array(b []byte, i, depth int) int {
	if depth > MaxDepth {
		return ^i
	}
	i = Space(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for {
		if i = Value(b, i, depth); i < 0 {
			return i
		}
		if i = Space(b, i); i >= len(b) {
			return ^i
		}
		switch b[i] {
		case ',':
			i = Space(b, i+1)
		case ']':
			return i + 1
		default:
			return ^i
		}
	}
}

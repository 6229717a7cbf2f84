package scan

import (
	"bytes"
	"encoding/json"
)

// Unquote decodes the string literal raw, quotes included, which must be valid.
func Unquote(raw []byte) string {
	text := raw[1 : len(raw)-1]
	at := bytes.IndexByte(text, '\\')
	if at < 0 {
		return string(text)
	}
	out := make([]byte, 0, len(text))
	for ; at >= 0; at = bytes.IndexByte(text, '\\') {
		out = append(out, text[:at]...)
		c := text[at+1]
		switch c {
		case 'n':
			c = '\n'
		case 't':
			c = '\t'
		case 'r':
			c = '\r'
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'u': // rare, and surrogates come in pairs: not done twice
			var s string
			if json.Unmarshal(raw, &s) != nil {
				return ""
			}
			return s
		}
		out = append(out, c)
		text = text[at+2:]
	}
	return string(append(out, text...))
}

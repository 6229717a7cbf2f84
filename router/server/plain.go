package server

import (
	"bytes"
	"net/http"
	"net/textproto"
	"strings"
)

// maxHead is the longest header block of a plain request.
const maxHead = 16 << 10

// verdict says what the bytes read so far are.
type verdict uint8

const (
	more  verdict = iota // not a whole plain request yet
	plain                // one
	other                // certainly not one: net/http decides what
)

// head is the header block of a plain request.
type head struct {
	host   string
	header http.Header // without Host, as net/http has it
	size   int         // of the block, the empty line included
	body   int         // Content-Length
	close  bool        // asks for Connection: close
}

// want is the start of every plain request.
func want(path string) string { return "POST " + path + " HTTP/1.1\r\n" }

// parseHead reads the header block at the start of b.
//
// A plain request's first line is exactly want. Each field line is a token, a
// colon and visible ASCII or spaces, ended by CRLF; no line begins with a space.
// There is one Host, one Content-Length of digits only, at most maxBody; no
// Transfer-Encoding, Expect, Upgrade, Trailer or TE; a Connection, if any, of
// just "keep-alive" or "close"; and no Accept that names a stream. What does not
// look like this is other, also where HTTP would allow it.
func parseHead(b []byte, want string, maxBody int) (head, verdict) {
	if n := min(len(b), len(want)); string(b[:n]) != want[:n] {
		return head{}, other
	}
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		if len(b) > maxHead {
			return head{}, other
		}
		return head{}, more
	}
	if end < len(want) || end > maxHead { // no header at all, or too long
		return head{}, other
	}
	h := head{header: make(http.Header, 8), size: end + 4, body: -1}
	text := string(b[len(want) : end+2])
	values := make([]string, 0, strings.Count(text, "\n"))
	for text != "" {
		line, rest, _ := strings.Cut(text, "\r\n")
		text = rest
		name, value, ok := field(line)
		if !ok {
			return head{}, other
		}
		switch name {
		case "Host":
			if h.host != "" || value == "" || strings.ContainsAny(value, " \t/\\?#@,;\"<>^`{|}") {
				return head{}, other
			}
			h.host = value
			continue
		case "Content-Length":
			if h.body >= 0 {
				return head{}, other
			}
			if h.body = digits(value); h.body < 0 || h.body > maxBody {
				return head{}, other
			}
		case "Connection":
			if _, twice := h.header[name]; twice {
				return head{}, other
			}
			switch {
			case strings.EqualFold(value, "keep-alive"):
			case strings.EqualFold(value, "close"):
				h.close = true
			default:
				return head{}, other
			}
		case "Transfer-Encoding", "Expect", "Upgrade", "Trailer", "Te", "Http2-Settings", "Proxy-Connection":
			return head{}, other
		case "Accept":
			if lower := strings.ToLower(value); strings.Contains(lower, "event-stream") || strings.Contains(lower, "multipart") {
				return head{}, other
			}
		}
		values = append(values, value)
		n := len(values)
		if old := h.header[name]; old != nil {
			h.header[name] = append(old, value)
		} else {
			h.header[name] = values[n-1 : n : n]
		}
	}
	if h.host == "" || h.body < 0 {
		return head{}, other
	}
	return h, plain
}

// field splits a field line into its canonical name and its value.
func field(line string) (name, value string, ok bool) {
	colon := strings.IndexByte(line, ':')
	if colon <= 0 {
		return "", "", false
	}
	for i := range colon {
		if !tokenByte[line[i]] {
			return "", "", false
		}
	}
	value = strings.Trim(line[colon+1:], " \t")
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return "", "", false
		}
	}
	return textproto.CanonicalMIMEHeaderKey(line[:colon]), value, true
}

// digits reads a number of at most nine digits, −1 if it is none.
func digits(s string) int {
	if s == "" || len(s) > 9 {
		return -1
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// tokenByte tells the bytes of a field name (RFC 9110, section 5.6.2).
var tokenByte = func() (t [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		t[c] = true
	}
	return t
}()

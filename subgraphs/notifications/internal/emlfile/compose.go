package emlfile

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"marquee/subgraphs/notifications/internal/notification"
)

// compose writes a message as RFC 5322 text with both parts (RFC 2046 multipart/alternative). The same envelope gives the same bytes.
func compose(from, to mail.Address, e notification.Envelope) ([]byte, error) {
	var b bytes.Buffer
	host := from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	parts := multipart.NewWriter(&b)
	if err := parts.SetBoundary("marquee-" + e.MessageID); err != nil {
		return nil, err
	}
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", to.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", oneLine(e.Subject))},
		{"Date", e.At.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + e.Key() + "@" + host + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", mime.FormatMediaType("multipart/alternative", map[string]string{"boundary": parts.Boundary()})},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	for _, p := range []struct{ kind, body string }{{"text/plain", e.Text}, {"text/html", e.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {p.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, err
		}
		q := quotedprintable.NewWriter(w)
		if _, err := q.Write([]byte(p.body)); err != nil {
			return nil, err
		}
		if err := q.Close(); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// oneLine keeps a subject from breaking out of its header; the encoding does not guard plain ASCII.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

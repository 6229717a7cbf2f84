package server

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// response collects one answer and writes it with one call.
type response struct {
	header http.Header
	status int
	body   []byte // own, or shared
	shared bool
	done   func() // of a shared body

	head  []byte
	parts [2][]byte
	names []string
}

func (w *response) reset() {
	if w.header == nil {
		w.header = make(http.Header, 8)
	}
	clear(w.header)
	w.status = 0
	w.body = w.body[:0]
}

// Header implements http.ResponseWriter.
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. Informational statuses are not
// sent.
func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.shared {
		w.body = slices.Clone(w.body)
		w.letGo()
	}
	w.body = append(w.body, b...)
	return len(b), nil
}

// WriteShared writes the whole body without copying it: nobody may change b
// before done is called.
func (w *response) WriteShared(b []byte, done func()) (int, error) {
	if len(w.body) > 0 {
		defer done()
		return w.Write(b)
	}
	w.WriteHeader(http.StatusOK)
	w.body, w.shared, w.done = b, true, done
	return len(b), nil
}

// letGo says that a shared body is not needed any more.
func (w *response) letGo() {
	if w.shared {
		w.done()
	}
	w.shared, w.done = false, nil
}

// SetReadDeadline is called by http.ResponseController: the body is here.
func (w *response) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is called by http.ResponseController: the server sets its own.
func (w *response) SetWriteDeadline(time.Time) error { return nil }

// send writes the answer; closing is what the connection wants, and the result
// whether it must be closed.
func (w *response) send(c net.Conn, closing bool) (bool, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	for _, v := range w.header["Connection"] {
		closing = closing || strings.EqualFold(v, "close")
	}
	b := append(w.head[:0], "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(w.status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(w.status)...)
	b = append(b, "\r\nDate: "...)
	b = append(b, now()...)
	w.names = w.names[:0]
	for name := range w.header {
		w.names = append(w.names, name)
	}
	slices.Sort(w.names)
	for _, name := range w.names {
		switch name {
		case "Date", "Connection", "Content-Length", "Transfer-Encoding", "Trailer":
			continue
		}
		for _, v := range w.header[name] {
			b = append(b, "\r\n"...)
			b = append(b, name...)
			b = append(b, ": "...)
			b = appendValue(b, v)
		}
	}
	if closing {
		b = append(b, "\r\nConnection: close"...)
	}
	if w.status != http.StatusNoContent && w.status != http.StatusNotModified {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(w.body)), 10)
	} else if len(w.body) > 0 {
		return true, errors.New("server: a body for a status that has none")
	}
	b = append(b, "\r\n\r\n"...)
	w.head = b
	var err error
	if !w.shared && len(w.body) < 4<<10 {
		w.head = append(w.head, w.body...)
		_, err = c.Write(w.head)
	} else {
		w.parts = [2][]byte{w.head, w.body}
		list := net.Buffers(w.parts[:])
		_, err = list.WriteTo(c)
		w.parts = [2][]byte{}
	}
	if w.shared || cap(w.body) > keptBuffer {
		w.body = nil
	}
	w.letGo()
	return closing, err
}

// appendValue writes a field value; line ends in it must not begin a new line.
func appendValue(b []byte, v string) []byte {
	if strings.ContainsAny(v, "\r\n\x00") {
		v = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(v)
	}
	return append(b, v...)
}

// date is the Date header of one second.
type date struct {
	second int64
	text   string
}

var lastDate atomic.Pointer[date]

func now() string {
	t := time.Now()
	if d := lastDate.Load(); d != nil && d.second == t.Unix() {
		return d.text
	}
	d := &date{t.Unix(), t.UTC().Format(http.TimeFormat)}
	lastDate.Store(d)
	return d.text
}

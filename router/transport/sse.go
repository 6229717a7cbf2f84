package transport

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// sseReader reads Server-Sent Events (HTML standard, section 9.2.6): fields
// event and data; comments, ids, retry hints and unknown fields are skipped.
type sseReader struct {
	r   *bufio.Reader
	max int // longest event in bytes
	bom bool
}

var errEventTooLarge = errors.New("event is longer than allowed")

func newSSEReader(r io.Reader, maxEvent int) *sseReader {
	return &sseReader{r: bufio.NewReaderSize(r, 4<<10), max: maxEvent}
}

// next returns the next dispatched event. An event with neither name nor data
// is skipped, as a browser would. io.EOF inside an event discards it, as the
// standard says, and is returned as io.ErrUnexpectedEOF if the stream ends
// without the protocol's own end: the caller decides what that means.
func (s *sseReader) next() (name string, data []byte, err error) {
	size, seen := 0, false
	for {
		line, err := s.line(&size)
		if err != nil {
			return "", nil, err
		}
		if len(line) == 0 {
			if seen {
				return name, data, nil
			}
			name, data, size = "", nil, 0
			continue
		}
		if line[0] == ':' {
			continue
		}
		field, value, _ := bytes.Cut(line, []byte{':'})
		value = bytes.TrimPrefix(value, []byte{' '})
		switch string(field) {
		case "event":
			name, seen = string(value), true
		case "data":
			if data != nil {
				data = append(data, '\n')
			}
			data = append(data, value...)
			if data == nil {
				data = []byte{}
			}
			seen = true
		}
	}
}

// line returns one line without its end (LF, CRLF or CR), valid until the next
// read. size sums the bytes of the event so far.
func (s *sseReader) line(size *int) ([]byte, error) {
	var long []byte
	for {
		part, err := s.r.ReadSlice('\n')
		*size += len(part)
		if *size > s.max {
			return nil, errEventTooLarge
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, part...)
			continue
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if long != nil {
			part = append(long, part...)
		}
		part = bytes.TrimSuffix(part[:len(part)-1], []byte{'\r'})
		if !s.bom {
			s.bom = true
			part = bytes.TrimPrefix(part, []byte("\xef\xbb\xbf"))
		}
		return part, nil
	}
}

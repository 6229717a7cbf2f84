package front

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// spool keeps the files of one request: in memory while they fit, else in a
// temporary file without a name, which ends with the process at the latest.
type spool struct {
	memory int64 // bytes that may be held in memory
	used   int64
	file   *os.File
	end    int64 // of what is in file
}

var errFileTooLarge = errors.New("file is too large")

// spoolError is a failure of the temporary file.
type spoolError struct{ err error }

func (e *spoolError) Error() string { return fmt.Sprintf("temporary file: %v", e.err) }
func (e *spoolError) Unwrap() error { return e.err }

// add takes a file of up to max bytes; content reads it until the spool is closed.
func (s *spool) add(r io.Reader, max int64) (content func() io.Reader, size int64, err error) {
	room := min(s.memory-s.used, max)
	b, err := io.ReadAll(io.LimitReader(r, room+1))
	if err != nil {
		return nil, 0, err
	}
	size = int64(len(b))
	if size <= room {
		s.used += size
		return func() io.Reader { return bytes.NewReader(b) }, size, nil
	}
	if size > max {
		return nil, 0, errFileTooLarge
	}
	if err := s.open(); err != nil {
		return nil, 0, err
	}
	n, err := io.Copy(spoolWriter{s.file}, io.LimitReader(io.MultiReader(bytes.NewReader(b), r), max+1))
	if err != nil {
		return nil, 0, err
	}
	if n > max {
		return nil, 0, errFileTooLarge
	}
	file, at := s.file, s.end
	s.end += n
	return func() io.Reader { return io.NewSectionReader(file, at, n) }, n, nil
}

func (s *spool) open() error {
	if s.file != nil {
		return nil
	}
	f, err := os.CreateTemp("", "marquee-upload-*")
	if err != nil {
		return &spoolError{err}
	}
	s.file = f
	_ = os.Remove(f.Name()) // where open files cannot be removed, close does it
	return nil
}

// close frees everything.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}

type spoolWriter struct{ f *os.File }

// Write implements io.Writer.
func (w spoolWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		err = &spoolError{err}
	}
	return n, err
}

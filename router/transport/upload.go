package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
)

// File is a client's file that goes to a subgraph along with a request.
type File struct {
	// Path is the place of the file in Request.Body, where null stands:
	// "variables.input.photos.0".
	Path string
	// Name and ContentType are what the client says they are; either may be "".
	Name, ContentType string
	Size              int64 // bytes
	// Content reads the file from its beginning, as often as it is called.
	Content func() io.Reader
}

// form is the body of a request with files, as the GraphQL multipart request
// specification wants it: operations, map, files in order.
type form struct {
	contentType string
	size        int64
	body        io.Reader
}

func newForm(operations []byte, files []File) (*form, error) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head)
	f := &form{contentType: w.FormDataContentType()}
	var parts []io.Reader
	cut := func() { // what is written so far is a part of the body
		b := bytes.Clone(head.Bytes())
		head.Reset()
		f.size += int64(len(b))
		parts = append(parts, bytes.NewReader(b))
	}
	paths := []byte{'{'}
	for i := range files {
		if i > 0 {
			paths = append(paths, ',')
		}
		path, err := json.Marshal(files[i].Path)
		if err != nil {
			return nil, fmt.Errorf("path of a file: %w", err)
		}
		paths = append(strconv.AppendQuote(paths, strconv.Itoa(i)), `:[`...)
		paths = append(append(paths, path...), ']')
	}
	paths = append(paths, '}')
	for _, field := range []struct {
		name  string
		value []byte
	}{{"operations", operations}, {"map", paths}} {
		p, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="` + field.name + `"`}, "Content-Type": {"application/json"},
		})
		if err == nil {
			_, err = p.Write(field.value)
		}
		if err != nil {
			return nil, fmt.Errorf("form: %w", err)
		}
	}
	for i := range files {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="%d"; filename="%s"`, i, quoted.Replace(files[i].Name))}}
		if ct := files[i].ContentType; ct != "" {
			h.Set("Content-Type", quoted.Replace(ct))
		}
		if _, err := w.CreatePart(h); err != nil {
			return nil, fmt.Errorf("form: %w", err)
		}
		cut()
		f.size += files[i].Size
		parts = append(parts, &whole{r: files[i].Content(), rest: files[i].Size})
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("form: %w", err)
	}
	cut()
	f.body = io.MultiReader(parts...)
	return f, nil
}

// quoted keeps a name within its header and its quotes.
var quoted = strings.NewReplacer("\\", "\\\\", `"`, "%22", "\r", "%0D", "\n", "%0A", "\x00", "")

// whole reads exactly as many bytes as were announced.
type whole struct {
	r    io.Reader
	rest int64
}

var errFileChanged = errors.New("a file is shorter than it was")

// Read implements io.Reader.
func (w *whole) Read(p []byte) (int, error) {
	if w.rest == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > w.rest {
		p = p[:w.rest]
	}
	n, err := w.r.Read(p)
	w.rest -= int64(n)
	if errors.Is(err, io.EOF) {
		err = nil
		if w.rest > 0 && n == 0 {
			err = errFileChanged
		}
	}
	return n, err
}

// detachable is a body that is not read any more once the request has returned.
type detachable struct {
	mu   sync.Mutex
	r    io.Reader
	gone bool
}

// Read implements io.Reader.
func (d *detachable) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return 0, io.ErrClosedPipe
	}
	return d.r.Read(p)
}

// Close implements io.Closer by detaching.
func (d *detachable) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone = true
	return nil
}

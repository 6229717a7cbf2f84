package front

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"marquee/router/scan"
)

// Uploads bound the files of a request (GraphQL multipart request specification);
// the zero value takes none. Zeros beside MaxFiles mean the defaults named.
type Uploads struct {
	MaxFiles    int           // of one request; 0 refuses multipart requests
	MaxFileSize int64         // bytes; 10 MB
	Memory      int64         // bytes of one request's files held in memory; what is more goes to a temporary file; 1 MB
	Timeout     time.Duration // for the whole body; 5 min
}

// The codes of requests with files.
const (
	CodeUpload         = "BAD_UPLOAD"         // the form is not one of the specification, or its files do not fit
	CodeUploadTooLarge = "UPLOAD_TOO_LARGE"   // a file, or the number of files, is beyond the limit
	CodeUploadRefused  = "UPLOAD_NOT_ALLOWED" // not a mutation, or not for one subgraph
)

func (u *Uploads) defaults() {
	if u.MaxFileSize <= 0 {
		u.MaxFileSize = 10 << 20
	}
	if u.Memory <= 0 {
		u.Memory = 1 << 20
	}
	if u.Timeout <= 0 {
		u.Timeout = 5 * time.Minute
	}
}

// Upload is a client's file.
type Upload struct {
	// Path is where it belongs in the request: "variables", the name of one, and
	// the way within its value.
	Path []string
	// Token is the string that stands there in Params.Variables; no client can
	// know it.
	Token string
	// Name and ContentType are what the client says they are; either may be "".
	Name, ContentType string
	Size              int64
	// Content reads the file from its beginning; until the request is answered.
	Content func() io.Reader
}

// maxPlaces bounds the places that one request's files have.
const maxPlaces = 100

// isForm says whether a request has files, or could.
func isForm(header http.Header) bool {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && media == "multipart/form-data"
}

// decodeForm reads a request with files: the parts "operations", "map", and one
// per file of the map, in this order. A browser's form can send this without a
// preflight, so a header it cannot send is needed; see csrf.go.
func (h *Handler) decodeForm(w http.ResponseWriter, r *http.Request) (p *Params, f *Failure) {
	if !h.opt.CSRFOff && !preflighted(r.Header) {
		return nil, refuse(http.StatusForbidden, CodeCSRF, "A request with files needs the header X-Marquee-Csrf: 1 or Apollo-Require-Preflight: 1.")
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return nil, refuse(http.StatusUnsupportedMediaType, CodeMediaType, "Send the body without Content-Encoding.")
	}
	u := &h.opt.Uploads
	// The form's own bytes: heads of parts, boundaries.
	most := 2*h.opt.MaxBody + int64(u.MaxFiles)*(u.MaxFileSize+4<<10) + 16<<10
	if r.ContentLength > most {
		return nil, refuse(http.StatusRequestEntityTooLarge, CodeUploadTooLarge, fmt.Sprintf("The body is longer than %d bytes.", most))
	}
	rc := http.NewResponseController(w)
	r.Body = http.MaxBytesReader(w, &paced{ReadCloser: r.Body, rc: rc, wait: h.opt.WriteTimeout, until: time.Now().Add(u.Timeout)}, most)
	defer func() { _ = rc.SetReadDeadline(time.Time{}) }()
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, badUpload("The form has no boundary.")
	}
	form := formReader{h: h, parts: parts}
	if p, f = form.read(); f != nil {
		form.spool.close()
	}
	return p, f
}

// paced lets a body take its time as long as it comes.
type paced struct {
	io.ReadCloser
	rc    *http.ResponseController
	wait  time.Duration
	until time.Time
}

// Read implements io.Reader.
func (b *paced) Read(p []byte) (int, error) {
	at := time.Now().Add(b.wait)
	if at.After(b.until) {
		at = b.until
	}
	_ = b.rc.SetReadDeadline(at)
	return b.ReadCloser.Read(p)
}

func badUpload(format string, args ...any) *Failure {
	return refuse(http.StatusBadRequest, CodeUpload, fmt.Sprintf(format, args...))
}

type formReader struct {
	h     *Handler
	parts *multipart.Reader
	spool spool
}

func (d *formReader) read() (*Params, *Failure) {
	operations, f := d.field("operations")
	if f != nil {
		return nil, f
	}
	p, f := decodeBody(operations)
	if f != nil {
		return nil, f
	}
	raw, f := d.field("map")
	if f != nil {
		return nil, f
	}
	places, order, f := d.places(raw)
	if f != nil {
		return nil, f
	}
	if f := d.mark(p, places, order); f != nil {
		return nil, f
	}
	d.spool.memory = d.h.opt.Uploads.Memory
	for range order {
		part, err := d.parts.NextRawPart()
		if err != nil {
			return nil, d.broken(err, "A file of the map is missing.")
		}
		files, ok := places[part.FormName()]
		if !ok {
			return nil, badUpload("A part is not in the map, or comes twice.")
		}
		delete(places, part.FormName())
		content, size, err := d.spool.add(part, d.h.opt.Uploads.MaxFileSize)
		if errors.Is(err, errFileTooLarge) {
			return nil, refuse(http.StatusRequestEntityTooLarge, CodeUploadTooLarge, fmt.Sprintf("A file is longer than %d bytes.", d.h.opt.Uploads.MaxFileSize))
		} else if err != nil {
			return nil, d.broken(err, "A file could not be read.")
		}
		for _, file := range files {
			file.Name, file.ContentType, file.Size = part.FileName(), part.Header.Get("Content-Type"), size
			file.Content = content
		}
	}
	if _, err := d.parts.NextRawPart(); !errors.Is(err, io.EOF) {
		return nil, d.broken(err, "A part is not in the map.")
	}
	p.done = d.spool.close
	return p, nil
}

// broken words what reading the form has ended with.
func (d *formReader) broken(err error, otherwise string) *Failure {
	var mbe *http.MaxBytesError
	var sf *spoolError
	switch {
	case errors.As(err, &mbe):
		return refuse(http.StatusRequestEntityTooLarge, CodeUploadTooLarge, "The body is too long.")
	case errors.As(err, &sf):
		d.h.opt.Log.Error("a file could not be spooled", "error", err)
		return refuse(http.StatusInternalServerError, CodeInternal, "Internal error.")
	}
	return badUpload("%s", otherwise)
}

// field reads a part that is JSON.
func (d *formReader) field(name string) ([]byte, *Failure) {
	part, err := d.parts.NextRawPart()
	if err != nil || part.FormName() != name {
		return nil, d.broken(err, fmt.Sprintf("The form must begin with the parts operations and map; %q is not where it belongs.", name))
	}
	b, err := io.ReadAll(io.LimitReader(part, d.h.opt.MaxBody+1))
	if err != nil {
		return nil, d.broken(err, "The form could not be read.")
	}
	if int64(len(b)) > d.h.opt.MaxBody {
		return nil, d.h.tooLarge()
	}
	return b, nil
}

// places reads the map: by the name of each part, the places of its file; order
// are the names as they come.
func (d *formReader) places(raw []byte) (places map[string][]*Upload, order []string, f *Failure) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' || scan.Check(raw) != nil {
		return nil, nil, badUpload("The map is not a JSON object.")
	}
	list := members(raw)
	if len(list) > d.h.opt.Uploads.MaxFiles {
		return nil, nil, refuse(http.StatusRequestEntityTooLarge, CodeUploadTooLarge, fmt.Sprintf("There are more than %d files.", d.h.opt.Uploads.MaxFiles))
	}
	places = map[string][]*Upload{}
	taken := map[string]bool{}
	for _, m := range list {
		var paths []string
		if json.Unmarshal(m.raw, &paths) != nil || len(paths) == 0 || places[m.key] != nil || m.key == "" {
			return nil, nil, badUpload("The map must have a list of paths for each file.")
		}
		for _, path := range paths {
			steps := strings.Split(path, ".")
			if len(steps) < 2 || steps[0] != "variables" || taken[path] || len(taken) >= maxPlaces {
				return nil, nil, badUpload("The map must name a place in the variables for each file, each once.")
			}
			taken[path] = true
			places[m.key] = append(places[m.key], &Upload{Path: steps, Token: rand.Text() + rand.Text()})
		}
		order = append(order, m.key)
	}
	if len(order) == 0 {
		return nil, nil, badUpload("The map names no file.")
	}
	return places, order, nil
}

// mark puts each file's token into the variables, where null must stand.
func (d *formReader) mark(p *Params, places map[string][]*Upload, order []string) *Failure {
	for _, key := range order {
		for _, u := range places[key] {
			at, ok := locate(p.Variables, u.Path[1:])
			if !ok {
				return badUpload("There is no null in the variables at %q.", strings.Join(u.Path, "."))
			}
			out := make([]byte, 0, len(p.Variables)+len(u.Token))
			out = append(append(out, p.Variables[:at]...), '"')
			out = append(append(out, u.Token...), '"')
			p.Variables = append(out, p.Variables[at+len("null"):]...)
			p.Uploads = append(p.Uploads, u)
		}
	}
	return nil
}

// locate finds the null at a path in a JSON object.
func locate(object json.RawMessage, path []string) (at int, ok bool) {
	if len(object) == 0 {
		return 0, false
	}
	for _, step := range path {
		switch object[at] {
		case '{':
			at, ok = memberAt(object, at, step)
		case '[':
			at, ok = elementAt(object, at, step)
		default:
			ok = false
		}
		if !ok {
			return 0, false
		}
	}
	return at, ok && bytes.HasPrefix(object[at:], []byte("null"))
}

// memberAt finds the value of a key in the object that begins at i; the key must
// be there once.
func memberAt(b []byte, i int, key string) (at int, ok bool) {
	found := 0
	for name, v := range scan.Members(b, i) {
		if scan.Unquote(name) == key {
			at = v.From
			found++
		}
	}
	return at, found == 1
}

// elementAt finds an element of the list that begins at i.
func elementAt(b []byte, i int, index string) (at int, ok bool) {
	n, err := strconv.ParseUint(index, 10, 31)
	if err != nil {
		return 0, false
	}
	for v := range scan.Elements(b, i) {
		if n == 0 {
			return v.From, true
		}
		n--
	}
	return 0, false
}

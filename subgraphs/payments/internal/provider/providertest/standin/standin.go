// Package standin holds what the stand-ins of payment providers share: servers with books of their own that speak a provider's API over
// loopback HTTP. They refuse what the provider would refuse, and what goes wrong on the way to it is planned by the test.
package standin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Faults are planned for requests to come.
type Faults struct {
	mu      sync.Mutex
	planned []*Fault
}

// Fault is what goes wrong with the next requests of a method whose path begins like this.
type Fault struct {
	Method, Path string
	Times        int
	Kind         Kind
	Status       int    // of Answers
	Body         string // of Answers
}

// Kind says how a request goes wrong.
type Kind int

// The kinds.
const (
	Answers Kind = iota // the server answers Status and Body, and does nothing
	Cut                 // the server does its work, and the connection breaks before the answer
	Hangs               // the server does its work, and answers when the caller has left
	Garbles             // the server does its work, and something in between answers 502 with a page of HTML
)

// Plan adds a fault.
func (f *Faults) Plan(p Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.planned = append(f.planned, &p)
}

// Pending counts the faults that have not happened yet.
func (f *Faults) Pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, p := range f.planned {
		n += p.Times
	}
	return n
}

func (f *Faults) next(r *http.Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.planned {
		if p.Times > 0 && p.Method == r.Method && strings.HasPrefix(r.URL.Path, p.Path) {
			p.Times--
			return p
		}
	}
	return nil
}

// Around lets planned faults happen to the requests of a handler.
func (f *Faults) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault := f.next(r)
		if fault == nil {
			next.ServeHTTP(w, r)
			return
		}
		if fault.Kind == Answers {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(fault.Status)
			_, _ = io.WriteString(w, fault.Body)
			return
		}
		next.ServeHTTP(httptest.NewRecorder(), r)
		switch fault.Kind {
		case Hangs:
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		case Garbles:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(w, "<html><body>Bad gateway</body></html>")
			return
		}
		panic(http.ErrAbortHandler)
	})
}

// Read decodes a JSON request into a struct of all the fields that the provider knows: another field, another type, or anything after the
// object is an error.
func Read(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fmt.Errorf("the content type is %q", r.Header.Get("Content-Type"))
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// Query checks that a request has no parameters but these.
func Query(r *http.Request, known ...string) error {
	left := r.URL.Query()
	for _, k := range known {
		left.Del(k)
	}
	if len(left) > 0 {
		return fmt.Errorf("unknown parameters: %v", left)
	}
	return nil
}

// Write answers with JSON.
func Write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Delivery is a webhook as it goes out, signed.
type Delivery struct {
	Type   string // the provider's name of the event
	Header http.Header
	Body   []byte
}

// Request makes a request of a delivery to an address.
func (d Delivery) Request(address string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(string(d.Body)))
	r.Header = d.Header.Clone()
	return r
}

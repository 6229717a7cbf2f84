package front

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CORS says which other origins' scripts may use the endpoint. The zero value
// allows none. An Origin is answered only if it is listed: it is never echoed
// unchecked.
type CORS struct {
	// Origins such as "https://app.example.org"; "*" allows every origin, but
	// then without credentials.
	Origins []string
	// Credentials allows cookies; not with "*".
	Credentials bool
	// Headers scripts may send besides the ones GraphQL clients use.
	Headers []string
	// Expose are headers of answers scripts may read besides the router's own.
	Expose []string
	// MaxAge is how long a browser may remember a preflight; 2 h.
	MaxAge time.Duration
}

func (c *CORS) check() error {
	if c.Credentials && slices.Contains(c.Origins, "*") {
		return errors.New("front: CORS with credentials needs a list of origins, not *")
	}
	if c.MaxAge <= 0 {
		c.MaxAge = 2 * time.Hour
	}
	return nil
}

func (c *CORS) allows(origin string) bool {
	return slices.Contains(c.Origins, "*") || slices.Contains(c.Origins, origin)
}

// handle sets the CORS headers, and answers preflights and other OPTIONS
// requests: then it returns true.
func (c *CORS) handle(w http.ResponseWriter, r *http.Request) bool {
	out := w.Header()
	origin := r.Header.Get("Origin")
	if len(c.Origins) > 0 {
		out.Add("Vary", "Origin")
	}
	ok := origin != "" && c.allows(origin)
	if ok {
		if slices.Contains(c.Origins, "*") {
			out.Set("Access-Control-Allow-Origin", "*")
		} else {
			out.Set("Access-Control-Allow-Origin", origin)
		}
		if c.Credentials {
			out.Set("Access-Control-Allow-Credentials", "true")
		}
		out.Set("Access-Control-Expose-Headers", strings.Join(append([]string{"X-Trace-Id", "Retry-After", "RateLimit", "RateLimit-Policy"}, c.Expose...), ", "))
	}
	if r.Method != http.MethodOptions {
		return false
	}
	out.Set("Allow", "GET, POST, OPTIONS")
	if ok && r.Header.Get("Access-Control-Request-Method") != "" {
		out.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
		out.Set("Access-Control-Allow-Methods", "GET, POST")
		out.Set("Access-Control-Allow-Headers", strings.Join(append([]string{
			"Content-Type", "Accept", "Authorization", "X-Marquee-Csrf", "Apollo-Require-Preflight", "Traceparent", "Tracestate",
		}, c.Headers...), ", "))
		out.Set("Access-Control-Max-Age", strconv.Itoa(int(c.MaxAge/time.Second)))
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

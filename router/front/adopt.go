package front

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// adopt puts a result's headers into an answer that has its own. An answer that
// may be kept names what tells it from others.
func (h *Handler) adopt(out, header http.Header) {
	for name, v := range header {
		if name != "Vary" {
			out[name] = v
		}
	}
	vary := header["Vary"]
	if v := header["Cache-Control"]; v != nil && !slices.Equal(v, noStore) {
		vary = slices.Concat(h.vary, vary)
	}
	if len(vary) > 0 {
		out["Vary"] = []string{strings.Join(slices.Concat(out["Vary"], vary), ", ")}
	}
}

// distinguishing are the headers of requests that answers depend on.
func (h *Handler) distinguishing() []string {
	names := slices.Clone(h.forward)
	if h.opt.Authenticator != nil {
		names = append(names, "Authorization")
		if h.opt.TokenCookie != "" {
			names = append(names, "Cookie")
		}
	}
	for _, name := range h.opt.ClientHeaders {
		names = append(names, http.CanonicalHeaderKey(name))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// together are the headers of an array of answers, whose requests are answered
// side by side: all cookies, of other headers the last. It may not be kept.
func together(all []http.Header) http.Header {
	out := http.Header{}
	for _, header := range all {
		cookies := out["Set-Cookie"]
		maps.Copy(out, header)
		if add := header["Set-Cookie"]; add != nil {
			out["Set-Cookie"] = slices.Concat(cookies, add)
		}
	}
	delete(out, "Cache-Control")
	return out
}

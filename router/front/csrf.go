package front

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// forged refuses requests a browser can be made to send from another site
// without asking this server first (no CORS preflight).
//
//   - Sec-Fetch-Site says cross-site or same-site, and the Origin is not one
//     CORS allows: refused, whatever the method.
//   - An Origin that is neither this host nor allowed: refused.
//   - POST: the body must be application/json (415 otherwise), which a form
//     cannot send and a script only after a preflight; or multipart/form-data,
//     if files are taken, with one of the headers named next.
//   - GET (queries only, mutations are refused later): one of these is needed,
//     since images, scripts, forms and links cannot do any of them: a non-empty
//     header X-Marquee-Csrf, Apollo-Require-Preflight or
//     X-Apollo-Operation-Name; a Content-Type of application/json; an Accept
//     that names application/json, application/graphql-response+json,
//     text/event-stream or multipart/mixed; subscriptionSpec="1.0"
//     (curl -H 'Accept: application/json'); or Sec-Fetch-Mode: cors, which
//     scripts send and elements do not.
func (h *Handler) forged(r *http.Request) *Failure {
	if h.opt.CSRFOff {
		return nil
	}
	refused := func(why string) *Failure { return refuse(http.StatusForbidden, CodeCSRF, why) }
	origin := r.Header.Get("Origin")
	trusted := origin != "" && (h.opt.CORS.allows(origin) || sameHost(origin, r.Host))
	if site := r.Header.Get("Sec-Fetch-Site"); (site == "cross-site" || site == "same-site") && !trusted {
		return refused("The request comes from another site.")
	}
	if origin != "" && !trusted {
		return refused("The request comes from an origin that is not allowed.")
	}
	if r.Method != http.MethodGet {
		return nil
	}
	if preflighted(r.Header) || jsonContent(r.Header) == nil || named(r.Header) || r.Header.Get("Sec-Fetch-Mode") == "cors" {
		return nil
	}
	return refused("A GET request needs the header Accept: application/json.")
}

// preflighted says whether a header is there that scripts of other sites send only
// after a preflight, and elements never.
func preflighted(header http.Header) bool {
	for _, name := range []string{"X-Marquee-Csrf", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"} {
		if header.Get(name) != "" {
			return true
		}
	}
	return false
}

// jsonContent checks that a body is JSON in UTF-8.
func jsonContent(header http.Header) *Failure {
	unsupported := func(why string) *Failure {
		return refuse(http.StatusUnsupportedMediaType, CodeMediaType, why).with("Accept-Post", "application/json")
	}
	list := header["Content-Type"]
	if len(list) == 1 && list[0] == "application/json" && header["Content-Encoding"] == nil {
		return nil
	}
	if len(list) != 1 {
		return unsupported("Send the request as Content-Type: application/json.")
	}
	media, params, err := mime.ParseMediaType(list[0])
	if err != nil || media != "application/json" {
		return unsupported("Send the request as Content-Type: application/json.")
	}
	if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") && !strings.EqualFold(c, "utf8") {
		return unsupported("Send the request in UTF-8.")
	}
	if e := header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return unsupported("Send the body without Content-Encoding.")
	}
	return nil
}

// sameHost says whether an Origin header is this server's own.
func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

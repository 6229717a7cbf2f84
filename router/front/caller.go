package front

import (
	"net/http"
	"strings"
)

// identify authenticates the caller from the request's headers.
func (h *Handler) identify(r *http.Request, trace traceContext) (*Caller, *Failure) {
	return h.caller(r, r.Header.Get("Authorization"), trace)
}

// caller builds the caller from an Authorization value; r supplies the cookie
// and the headers to forward. Without an authenticator everyone is anonymous.
func (h *Handler) caller(r *http.Request, authorization string, trace traceContext) (*Caller, *Failure) {
	c := &Caller{TraceID: trace.id, Header: make(http.Header, len(h.forward)+1), Address: h.address(r), admission: h.admission}
	for _, name := range h.opt.ClientHeaders {
		if v := r.Header.Get(name); v != "" {
			if c.Presented == nil {
				c.Presented = map[string]string{}
			}
			c.Presented[name] = v
		}
	}
	c.Header["Traceparent"] = []string{trace.parent()}
	for _, name := range h.forward {
		if name == "Authorization" && authorization != "" { // also of connection_init
			c.Header[name] = []string{authorization}
		} else if v := r.Header[name]; len(v) > 0 {
			c.Header[name] = v
		}
	}
	if h.opt.Authenticator == nil {
		return c, nil
	}
	unauthenticated := func(reason string) (*Caller, *Failure) {
		return nil, refuse(http.StatusUnauthorized, CodeUnauthenticated, reason).with("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	var token string
	if authorization != "" {
		scheme, rest, _ := strings.Cut(authorization, " ")
		if token = strings.TrimSpace(rest); !strings.EqualFold(scheme, "Bearer") || token == "" {
			return unauthenticated("Send the token as: Authorization: Bearer <token>.")
		}
	} else if h.opt.TokenCookie != "" {
		if k, err := r.Cookie(h.opt.TokenCookie); err == nil {
			token = k.Value
		}
	}
	if token == "" {
		return c, nil
	}
	subject, expires, err := h.opt.Authenticator.Authenticate(r.Context(), token)
	if err != nil {
		h.opt.Log.InfoContext(r.Context(), "token refused", "trace", trace.id, "reason", err)
		return unauthenticated("The token is not valid or has expired.")
	}
	c.Subject, c.Expires = subject, expires
	return c, nil
}

// Package upstream holds what the calls of payment providers share: an HTTP client with limits, and the question whether a failed call
// may have begun anything.
package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	dialTime = 3 * time.Second
	mostBody = 8 << 20 // more than any answer of a provider
)

// Timeout is the longest call of a provider when nothing else is asked for; the platform's own limit comes first as a rule.
const Timeout = 15 * time.Second

// Client returns a client for one provider: calls and connections end in time, answers are bounded, and no redirect takes the secrets
// elsewhere. wrap may add to the transport; nil adds nothing.
func Client(timeout time.Duration, wrap func(http.RoundTripper) http.RoundTripper) *http.Client {
	if timeout == 0 {
		timeout = Timeout
	}
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // a constant of the library
	t.DialContext = (&net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout, t.MaxIdleConnsPerHost = 5*time.Second, timeout, 32
	var chain http.RoundTripper = bounded{t}
	if wrap != nil {
		chain = wrap(chain)
	}
	return &http.Client{Timeout: timeout, Transport: chain, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, mostBody), answer.Body}
	}
	return answer, err
}

// NeverSent reports whether a call failed before its request could leave: no name, no connection, no trusted certificate.
func NeverSent(err error) bool {
	var dial *net.OpError
	var name *net.DNSError
	var trust *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &dial) && dial.Op == "dial" || errors.As(err, &name) || errors.As(err, &trust) || errors.As(err, &authority)
}

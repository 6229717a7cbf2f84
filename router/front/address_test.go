package front

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:5000", nil, "192.0.2.1"},
		{"[2001:db8::1]:5000", nil, "2001:db8::1"},
		{"[::ffff:192.0.2.1]:5000", nil, "192.0.2.1"},
		{"[fe80::1%eth0]:5000", nil, "fe80::1"},
		{"@", nil, "invalid IP"},
		{"192.0.2.1:5000", []string{"198.51.100.7"}, "192.0.2.1"}, // not a proxy of ours: anybody can send the header
		{"10.1.1.1:5000", []string{"198.51.100.7"}, "198.51.100.7"},
		{"10.1.1.1:5000", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"}, // the first is invented
		{"10.1.1.1:5000", []string{"203.0.113.9, 198.51.100.7, 10.2.2.2"}, "198.51.100.7"},
		{"10.1.1.1:5000", []string{"203.0.113.9", "198.51.100.7", "10.2.2.2, fd00::1"}, "198.51.100.7"},
		{"10.1.1.1:5000", []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		{"10.1.1.1:5000", []string{"198.51.100.7:443"}, "198.51.100.7"},
		{"[fd00::9]:5000", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		{"10.1.1.1:5000", []string{"198.51.100.7, unknown"}, "10.1.1.1"},
		{"10.1.1.1:5000", []string{"10.3.3.3"}, "10.3.3.3"},
		{"10.1.1.1:5000", nil, "10.1.1.1"},
	} {
		h := &Handler{opt: Options{TrustedProxies: proxies}}
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		for _, v := range c.forwarded {
			r.Header.Add("X-Forwarded-For", v)
		}
		if got := h.address(r).String(); got != c.want {
			t.Errorf("%s %q is %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

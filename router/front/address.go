package front

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// address is the client's: that of the connection or, where trusted proxies sit
// in front, the nearest in X-Forwarded-For that is not one of theirs. What stands
// before that entry may be anybody's invention and is not read. The zero Addr is
// returned if the connection has no IP address.
func (h *Handler) address(r *http.Request) netip.Addr {
	addr, ok := parseAddress(r.RemoteAddr)
	if !ok || !h.trusts(addr) {
		return addr
	}
	fields := r.Header["X-Forwarded-For"]
	for i := len(fields) - 1; i >= 0; i-- {
		parts := strings.Split(fields[i], ",")
		for _, part := range slices.Backward(parts) {
			next, ok := parseAddress(strings.TrimSpace(part))
			if !ok {
				return addr // what a trusted proxy was told, but did not understand
			}
			if addr = next; !h.trusts(addr) {
				return addr
			}
		}
	}
	return addr
}

func (h *Handler) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(h.opt.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseAddress reads an address with or without a port.
func parseAddress(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, false
	}
	return addr.Unmap().WithZone(""), true
}

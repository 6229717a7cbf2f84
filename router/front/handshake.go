package front

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// subprotocol is the only one spoken.
const subprotocol = "graphql-transport-ws"

func isUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && lists(r.Header, "Upgrade", "websocket")
}

// lists says whether a header is a list that holds a token, in any case.
func lists(h http.Header, name, token string) bool {
	for _, v := range h.Values(name) {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// handshake checks what RFC 6455, section 4.2.1, asks of an upgrade request.
func handshake(r *http.Request) *Failure {
	bad := func(why string) *Failure { return refuse(http.StatusBadRequest, CodeBadRequest, why) }
	if !r.ProtoAtLeast(1, 1) || r.ProtoMajor > 1 {
		return bad("A WebSocket needs HTTP/1.1.")
	}
	if !lists(r.Header, "Connection", "upgrade") || r.Header.Get("Upgrade") == "" || strings.Contains(r.Header.Get("Upgrade"), ",") {
		return bad("A WebSocket needs the headers Connection: Upgrade and Upgrade: websocket.")
	}
	if r.Header.Get("Sec-Websocket-Version") != "13" {
		return refuse(http.StatusUpgradeRequired, CodeBadRequest, "The version of WebSocket spoken is 13.").with("Sec-WebSocket-Version", "13")
	}
	keys := r.Header.Values("Sec-Websocket-Key")
	if len(keys) != 1 {
		return bad("Sec-WebSocket-Key must be sent once.")
	}
	if key, err := base64.StdEncoding.DecodeString(keys[0]); err != nil || len(key) != 16 {
		return bad("Sec-WebSocket-Key must be 16 bytes in base64.")
	}
	for _, v := range r.Header.Values("Sec-Websocket-Protocol") {
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, " \t\"(),/:;<=>?@[\\]{}") {
				return bad("Sec-WebSocket-Protocol must be a list of names.")
			}
		}
	}
	return nil
}

package token

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// jwk is a public key as RFC 7517 and RFC 8037 write it.
type jwk struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	KeyID     string `json:"kid"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
}

// ServeHTTP answers with the key set. It may be kept for five minutes: a new key is published longer than that before it signs.
func (k *Keys) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, key := range k.all(r.Context()) {
		x := base64.RawURLEncoding.EncodeToString(key.Public())
		set.Keys = append(set.Keys, jwk{KeyType: "OKP", Curve: "Ed25519", X: x, KeyID: key.ID, Algorithm: "EdDSA", Use: "sig"})
	}
	body, err := json.Marshal(set)
	if err != nil {
		http.Error(w, "the key set cannot be written", http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=300, stale-if-error=86400")
	h.Set("ETag", etag)
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

package keyring

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// ServeHTTP answers with the public keys as a JSON Web Key Set. It may be kept for five minutes: a new key is published longer than that
// before it signs (Notice).
func (r *Ring) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := json.Marshal(r.Public(request.Context()))
	if err != nil {
		http.Error(w, "the key set cannot be written", http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*") // public, and check-in apps live elsewhere
	h.Set("Cache-Control", "public, max-age=300, stale-if-error=86400")
	h.Set("ETag", etag)
	h.Set("X-Content-Type-Options", "nosniff")
	if request.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

package auth

import (
	"net/http"
	"strings"

	"marquee/internal/viewer"
)

const refusal = `{"errors":[{"message":"This address answers the router only.","extensions":{"code":"UNAUTHENTICATED"}}]}`

// Internal lets only requests with a valid internal token through and puts the viewer into their context.
func Internal(v *InternalVerifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if ok {
			if who, err := v.Verify(token); err == nil {
				next.ServeHTTP(w, r.WithContext(viewer.With(r.Context(), who)))
				return
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(refusal))
	})
}

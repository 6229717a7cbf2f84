package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/internal/viewer"
)

func pair(t *testing.T) (ed25519.PublicKey, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

// signed is a token with claims and header of the test's choice.
func signed(t *testing.T, method jwt.SigningMethod, key any, typ string, change func(jwt.MapClaims)) string {
	t.Helper()
	now := time.Now()
	claims := jwt.MapClaims{"iss": internalIssuer, "aud": "events", "sub": "usr_1", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	change(claims)
	token := jwt.NewWithClaims(method, claims)
	token.Header["typ"] = typ
	out, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhoAsksArrives(t *testing.T) {
	t.Parallel()
	public, private := pair(t)
	for name, who := range map[string]*viewer.Viewer{
		"nobody": nil, "somebody": {UserID: "usr_1", Roles: []string{"ADMIN", "MANAGER"}, SessionID: "ses_1"}, "no roles": {UserID: "usr_2"},
	} {
		token, err := NewInternalSigner(private).Sign("events", who)
		if err != nil {
			t.Fatal(err)
		}
		got, err := NewInternalVerifier("events", public).Verify(token)
		if err != nil || !reflect.DeepEqual(got, who) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	public, private := pair(t)
	_, other := pair(t)
	same := func(jwt.MapClaims) {}
	set := func(name string, value any) func(jwt.MapClaims) { return func(c jwt.MapClaims) { c[name] = value } }
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	late := NewInternalSigner(private)
	late.now = func() time.Time { return time.Now().Add(-InternalLifetime - 10*time.Second) }
	expired, err := late.Sign("events", nil)
	if err != nil {
		t.Fatal(err)
	}
	v := NewInternalVerifier("events", public)
	if _, err := v.Verify(signed(t, jwt.SigningMethodEdDSA, private, internalType, same)); err != nil {
		t.Fatalf("the token that the others differ from is refused: %v", err)
	}
	for name, token := range map[string]string{
		"another key":         signed(t, jwt.SigningMethodEdDSA, other, internalType, same),
		"an access token":     signed(t, jwt.SigningMethodEdDSA, private, "at+jwt", same),
		"another subgraph":    signed(t, jwt.SigningMethodEdDSA, private, internalType, set("aud", "users")),
		"another issuer":      signed(t, jwt.SigningMethodEdDSA, private, internalType, set("iss", "marquee")),
		"no end":              signed(t, jwt.SigningMethodEdDSA, private, internalType, func(c jwt.MapClaims) { delete(c, "exp") }),
		"of the future":       signed(t, jwt.SigningMethodEdDSA, private, internalType, set("iat", ago(-time.Hour))),
		"over":                signed(t, jwt.SigningMethodEdDSA, private, internalType, set("exp", ago(time.Minute))),
		"over, of the signer": expired,
		"unsigned":            signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, internalType, same),
		"the key as secret":   signed(t, jwt.SigningMethodHS256, []byte(public), internalType, same),
		"no token":            "x.y.z",
		"empty":               "",
	} {
		if who, err := v.Verify(token); err == nil {
			t.Errorf("%s is let in as %+v", name, who)
		}
	}
}

func TestInternal(t *testing.T) {
	t.Parallel()
	public, private := pair(t)
	var asked []string
	h := Internal(NewInternalVerifier("events", public), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked = append(asked, "viewer "+viewer.From(r.Context()).ID())
	}))
	user, err := NewInternalSigner(private).Sign("events", &viewer.Viewer{UserID: "usr_1"})
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := NewInternalSigner(private).Sign("events", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		header string
		status int
		asked  string
	}{
		{"Bearer " + user, http.StatusOK, "viewer usr_1"},
		{"Bearer " + nobody, http.StatusOK, "viewer "},
		{user, http.StatusUnauthorized, ""},
		{"Basic " + user, http.StatusUnauthorized, ""},
		{"Bearer " + user + "x", http.StatusUnauthorized, ""},
		{"Bearer ", http.StatusUnauthorized, ""},
		{"", http.StatusUnauthorized, ""},
	} {
		asked = nil
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/graphql", nil)
		r.Header.Set("Authorization", c.header)
		h.ServeHTTP(w, r)
		if w.Code != c.status || strings.Join(asked, ",") != c.asked {
			t.Errorf("%.20q: status %d, asked %v", c.header, w.Code, asked)
		}
		if c.status != http.StatusOK && !strings.Contains(w.Body.String(), `"code":"UNAUTHENTICATED"`) {
			t.Errorf("%.20q: %s", c.header, w.Body)
		}
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	public, private := pair(t)
	b64 := base64.StdEncoding.EncodeToString
	if got, err := ParsePrivateKey(b64(private.Seed())); err != nil || !got.Equal(private) {
		t.Errorf("private: %v", err)
	}
	if got, err := ParsePublicKey(b64(public)); err != nil || !got.Equal(public) {
		t.Errorf("public: %v", err)
	}
	for _, wrong := range []string{"", "c2VjcmV0", "secret!", b64(private), b64(public) + "AAAA"} {
		_, errPrivate := ParsePrivateKey(wrong)
		_, errPublic := ParsePublicKey(wrong)
		if errPrivate == nil || errPublic == nil {
			t.Errorf("%q is a key", wrong)
			continue
		}
		if wrong != "" && strings.Contains(errPrivate.Error()+errPublic.Error(), wrong) {
			t.Errorf("the error shows the key: %v, %v", errPrivate, errPublic)
		}
	}
}

// A token that was good before is good without a look at its signature, and for no longer than it says.
func TestAKnownTokenExpires(t *testing.T) {
	t.Parallel()
	public, private := pair(t)
	token, err := NewInternalSigner(private).Sign("events", &viewer.Viewer{UserID: "usr_1"})
	if err != nil {
		t.Fatal(err)
	}
	v := NewInternalVerifier("events", public)
	for range 2 {
		if who, err := v.Verify(token); err != nil || who.ID() != "usr_1" {
			t.Fatalf("%+v, %v", who, err)
		}
	}
	if who, err := v.Verify(token[:len(token)-4] + "AAAA"); err == nil {
		t.Errorf("another signature: %+v", who)
	}
	v.now = func() time.Time { return time.Now().Add(InternalLifetime + leeway + time.Second) }
	if who, err := v.Verify(token); err == nil {
		t.Errorf("after its time: %+v", who)
	}
}

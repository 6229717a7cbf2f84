package pass

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Key signs payloads.
type Key struct {
	ID        string // as in the payload: 8 hexadecimal digits
	Private   ed25519.PrivateKey
	SignsFrom time.Time // until then it is published and does not sign
}

// NewKey makes a key that signs from an instant on.
func NewKey(signsFrom time.Time) (Key, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	return Key{ID: KeyID(public), Private: private, SignsFrom: signsFrom.UTC().Truncate(time.Microsecond)}, nil
}

// Public is the half that verifies.
func (k Key) Public() PublicKey {
	return PublicKey{ID: k.ID, Key: k.Private.Public().(ed25519.PublicKey), SignsFrom: k.SignsFrom}
}

// KeyID returns the id of a public key: the first bytes of its JWK thumbprint (RFC 7638, RFC 8037 §2).
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}`))
	return hex.EncodeToString(sum[:4])
}

// PublicKey verifies payloads.
type PublicKey struct {
	ID        string
	Key       ed25519.PublicKey
	SignsFrom time.Time
}

// X is the key in base64url, as a JWK has it.
func (k PublicKey) X() string { return base64.RawURLEncoding.EncodeToString(k.Key) }

// Algorithm is the name of the signature's algorithm in a JWK.
func (PublicKey) Algorithm() string { return "EdDSA" }

// KeySet is the keys that are believed.
type KeySet []PublicKey

func (s KeySet) find(id string) ed25519.PublicKey {
	for _, k := range s {
		if k.ID == id {
			return k.Key
		}
	}
	return nil
}

// jwk is a public key as RFC 7517 and RFC 8037 write it.
type jwk struct {
	KeyType   string     `json:"kty"`
	Curve     string     `json:"crv"`
	X         string     `json:"x"`
	KeyID     string     `json:"kid"`
	Algorithm string     `json:"alg"`
	Use       string     `json:"use"`
	SignsFrom *time.Time `json:"signsFrom,omitempty"` // of our own
}

type jwks struct {
	Keys []jwk `json:"keys"`
}

// MarshalJSON writes the set as a JSON Web Key Set.
func (s KeySet) MarshalJSON() ([]byte, error) {
	set := jwks{Keys: []jwk{}}
	for _, k := range s {
		from := k.SignsFrom
		set.Keys = append(set.Keys, jwk{KeyType: "OKP", Curve: "Ed25519", X: k.X(), KeyID: k.ID, Algorithm: "EdDSA", Use: "sig", SignsFrom: &from})
	}
	return json.Marshal(set)
}

// UnmarshalJSON reads a JSON Web Key Set. Keys of other kinds are left out; a key whose id is not its own is refused.
func (s *KeySet) UnmarshalJSON(raw []byte) error {
	var set jwks
	if err := json.Unmarshal(raw, &set); err != nil {
		return err
	}
	*s = KeySet{}
	for _, k := range set.Keys {
		if k.KeyType != "OKP" || k.Curve != "Ed25519" {
			continue
		}
		public, err := base64.RawURLEncoding.DecodeString(k.X)
		if err != nil || len(public) != ed25519.PublicKeySize {
			return fmt.Errorf("key %q is not an Ed25519 key", k.KeyID)
		}
		key := PublicKey{ID: k.KeyID, Key: public}
		if k.SignsFrom != nil {
			key.SignsFrom = *k.SignsFrom
		}
		if KeyID(key.Key) != key.ID {
			return fmt.Errorf("key %q has another id than its thumbprint's", k.KeyID)
		}
		*s = append(*s, key)
	}
	if len(*s) == 0 {
		return errors.New("there is no Ed25519 key in the set")
	}
	return nil
}

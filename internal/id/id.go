// Package id makes and checks the platform's ids: a short prefix that names the kind, an underscore, and a UUIDv7 in 26 base32
// characters, for example evt_01jd5x0m6efc8rb3b3e9hqf5vt. Ids are global (no two objects share one), opaque to clients, and sort by the
// time of their making. The form is that of the TypeID specification (go.jetify.com/typeid).
package id

import (
	"fmt"

	"github.com/google/uuid"
	"go.jetify.com/typeid/v2"
)

// New returns a new id with the prefix, which is 1 to 63 lower-case letters.
func New(prefix string) string { return typeid.MustGenerate(prefix).String() }

// From returns the id that stands for a given UUID, for demo data that must be the same on every machine.
func From(prefix string, u uuid.UUID) string {
	t, err := typeid.FromUUID(prefix, u.String())
	if err != nil {
		panic("id: " + err.Error()) // only for a bad prefix: a constant of our own code
	}
	return t.String()
}

// Of returns the id of a thing that is known by its parts, for example the seat 12 in row C of an event's section A: the same parts give
// the same id everywhere. Unlike others it does not sort by time.
func Of(prefix string, parts ...any) string {
	return From(prefix, uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%q", parts)))
}

// Is reports whether s is a well-formed id with the prefix.
func Is(prefix, s string) bool {
	t, err := typeid.Parse(s)
	return err == nil && t.Prefix() == prefix
}

// UUID returns the UUID that stands behind an id with the prefix; ok is false for any other text.
func UUID(prefix, s string) (u uuid.UUID, ok bool) {
	t, err := typeid.Parse(s)
	if err != nil || t.Prefix() != prefix {
		return uuid.UUID{}, false
	}
	u, err = uuid.FromBytes(t.Bytes())
	return u, err == nil
}

package transport

import (
	"slices"
	"strconv"
)

// Subject is who a request is made for. A nil *Subject is an anonymous caller.
// It is immutable once built and may be shared between requests.
type Subject struct {
	ID        string   // the "sub" claim; never empty
	Roles     []string // in the order of the token
	Scopes    []string // in the order of the token
	SessionID string   // the "sid" claim, may be empty
}

// Key is an unambiguous string of everything in s that reaches a subgraph: equal
// keys get equal answers. The key of a nil subject is "".
func (s *Subject) Key() string {
	if s == nil {
		return ""
	}
	b := make([]byte, 0, 128)
	part := func(v string) {
		b = append(append(strconv.AppendInt(b, int64(len(v)), 10), ':'), v...)
	}
	part(s.ID)
	part(s.SessionID)
	for _, list := range [...][]string{s.Roles, s.Scopes} {
		b = append(strconv.AppendInt(b, int64(len(list)), 10), ';')
		for _, v := range list {
			part(v)
		}
	}
	return string(b)
}

// Equal says whether subgraphs see a and b as the same caller.
func (s *Subject) Equal(o *Subject) bool {
	if s == nil || o == nil {
		return s == o
	}
	return s.ID == o.ID && s.SessionID == o.SessionID && slices.Equal(s.Roles, o.Roles) && slices.Equal(s.Scopes, o.Scopes)
}

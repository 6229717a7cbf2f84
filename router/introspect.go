package router

import (
	"fmt"
	"net/http"

	"marquee/router/front"
	"marquee/router/operation"
)

// Introspection says who may ask about the schema. See docs/adr/0012.
type Introspection string

// The settings; IntrospectionOpen is the default.
const (
	IntrospectionOpen          Introspection = "true"          // everyone
	IntrospectionAuthenticated Introspection = "authenticated" // who has a valid token
	IntrospectionClosed        Introspection = "false"         // nobody
)

func (i Introspection) check() error {
	switch i {
	case "", IntrospectionOpen, IntrospectionAuthenticated, IntrospectionClosed:
		return nil
	}
	return fmt.Errorf("router configuration: introspection %q: want true, authenticated or false", string(i))
}

// allows says whether a caller may ask about the schema; nil that it may.
func (i Introspection) allows(c *front.Caller) *front.Failure {
	switch {
	case i == IntrospectionClosed:
		return front.Fail(http.StatusBadRequest, CodeIntrospection, "Introspection is disabled.")
	case i == IntrospectionAuthenticated && c.Subject == nil:
		return front.Fail(http.StatusForbidden, CodeIntrospection, "Introspection is for authenticated callers.")
	}
	return nil
}

// introspects says whether an operation asks about the schema.
func introspects(norm *operation.Normalized) bool {
	for _, f := range norm.Root.Common {
		if f.Meta != nil {
			return true
		}
	}
	return false
}

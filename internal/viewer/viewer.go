// Package viewer says who asks: the logged-in user as every layer may know them, without any token or transport.
package viewer

import (
	"context"
	"slices"

	"marquee/internal/errs"
)

// The platform roles, as they stand in tokens.
const (
	User         = "USER"
	EventManager = "EVENT_MANAGER"
	Admin        = "ADMIN"
)

// Viewer is who asks. A nil *Viewer is somebody without a login; every method works on it.
type Viewer struct {
	UserID    string   // usr_…
	Roles     []string // platform roles
	SessionID string   // ses_…
}

// ID returns the user's id, "" without a login.
func (v *Viewer) ID() string {
	if v == nil {
		return ""
	}
	return v.UserID
}

// Has reports whether the viewer has the role. Administrators have every role.
func (v *Viewer) Has(role string) bool {
	return v != nil && (slices.Contains(v.Roles, role) || slices.Contains(v.Roles, Admin))
}

// IsAdmin reports whether the viewer operates the platform.
func (v *Viewer) IsAdmin() bool { return v.Has(Admin) }

// Owns reports whether an object of this user is the viewer's to see: their own, or any for administrators.
func (v *Viewer) Owns(userID string) bool { return v != nil && (v.UserID == userID || v.IsAdmin()) }

// Require returns UNAUTHENTICATED without a login, FORBIDDEN without the role, else nil.
func (v *Viewer) Require(role string) error {
	if v == nil {
		return errs.New(errs.Unauthenticated, "Log in first.")
	}
	if !v.Has(role) {
		return errs.New(errs.Forbidden, "Your account may not do this.")
	}
	return nil
}

type key struct{}

// With returns a context that carries the viewer.
func With(ctx context.Context, v *Viewer) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the context's viewer; nil without a login.
func From(ctx context.Context) *Viewer {
	v, _ := ctx.Value(key{}).(*Viewer)
	return v
}

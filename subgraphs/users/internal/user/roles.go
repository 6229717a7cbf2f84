package user

import (
	"context"
	"slices"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// Codes of startOrganizing and setUserRoles.
const (
	AccountNotFound errs.Code = "ACCOUNT_NOT_FOUND"
	UserNotFound    errs.Code = "USER_NOT_FOUND"
	LastAdmin       errs.Code = "LAST_ADMIN"
)

// SetUserRolesInput is who gets which roles.
type SetUserRolesInput struct {
	UserID string
	Roles  []Role
}

// StartOrganizing makes the viewer an event manager; doing so twice changes nothing. UNAUTHENTICATED; ACCOUNT_NOT_FOUND.
func (s *Accounts) StartOrganizing(ctx context.Context, v *viewer.Viewer) (*User, error) {
	if err := v.Require(viewer.User); err != nil {
		return nil, err
	}
	a, err := s.store.AddRole(ctx, v.ID(), RoleEventManager)
	if is(err, errs.NotFound) {
		return nil, errs.New(AccountNotFound, "Your account no longer exists.")
	}
	if err != nil {
		return nil, err
	}
	return a.SeenBy(v), nil
}

// SetRoles sets the roles of a user. Administrators only; LAST_ADMIN, USER_NOT_FOUND.
func (s *Accounts) SetRoles(ctx context.Context, v *viewer.Viewer, in SetUserRolesInput) (*User, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	roles := rolesFrom(in.Roles)
	if in.UserID == v.ID() && !slices.Contains(roles, RoleAdmin) {
		return nil, errs.New(LastAdmin, "You cannot take the administrator's role from yourself.").At("input", "roles")
	}
	notFound := errs.New(UserNotFound, "There is no such user.").At("input", "userId")
	if !id.Is("usr", in.UserID) {
		return nil, notFound
	}
	a, err := s.store.SetRoles(ctx, in.UserID, roles)
	if is(err, errs.NotFound) {
		return nil, notFound
	}
	if err != nil {
		return nil, err
	}
	return a.SeenBy(v), nil
}

// Package user is the domain of accounts: who has one (Account), what others see of it (User), and the logged-in sessions of a person.
//
// A session is a family of refresh tokens: each exchange of a token begins the next generation and makes the older ones worthless.
// Somebody who shows an old token has stolen it or was stolen from, so the family ends. Access tokens are short-lived and carry the
// roles; they come from a Minter.
package user

import (
	"slices"
	"time"

	"marquee/internal/viewer"
)

// Role is what a person may do on the whole platform.
type Role string

// The roles, from the least to the most.
const (
	RoleUser         Role = viewer.User
	RoleEventManager Role = viewer.EventManager
	RoleAdmin        Role = viewer.Admin
)

var allRoles = []Role{RoleUser, RoleEventManager, RoleAdmin}

// Account is a person with an account, with everything that the platform knows.
type Account struct {
	ID        string // usr_…
	Name      string
	Email     string // in lower case
	Roles     []Role // in the order of declaration; always contains RoleUser
	CreatedAt time.Time
}

// User is an account as a certain viewer may see it.
type User struct {
	ID        string
	Name      string
	Email     *string // nil for strangers
	Roles     []Role  // empty for strangers
	CreatedAt time.Time
}

// IsEntity marks User as an entity of the supergraph.
func (*User) IsEntity() {}

// SeenBy returns what the viewer may see: address and roles belong to the person and to administrators.
func (a *Account) SeenBy(v *viewer.Viewer) *User {
	u := &User{ID: a.ID, Name: a.Name, Roles: []Role{}, CreatedAt: a.CreatedAt}
	if v.Owns(a.ID) {
		email := a.Email
		u.Email, u.Roles = &email, slices.Clone(a.Roles)
	}
	return u
}

// asViewer is the person themself as a viewer, for the answers of register, log in and refresh: nobody is logged in yet when they ask.
func (a *Account) asViewer(sessionID string) *viewer.Viewer {
	return &viewer.Viewer{UserID: a.ID, Roles: a.RoleNames(), SessionID: sessionID}
}

// RoleNames returns the roles as they stand in tokens.
func (a *Account) RoleNames() []string {
	names := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		names[i] = string(r)
	}
	return names
}

// rolesFrom puts wanted roles into the order of declaration, each once, and adds RoleUser.
func rolesFrom(wanted []Role) []Role {
	roles := []Role{}
	for _, r := range allRoles {
		if r == RoleUser || slices.Contains(wanted, r) {
			roles = append(roles, r)
		}
	}
	return roles
}

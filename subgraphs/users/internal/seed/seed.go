// Package seed writes the people of the demo.
package seed

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"marquee/internal/demo"
	"marquee/subgraphs/users/internal/store"
	"marquee/subgraphs/users/internal/user"
)

// Users writes the demo's accounts. Those without a password get none: nobody can log in as them.
func Users(ctx context.Context, tx pgx.Tx, s *store.Store, passwords user.Passwords, people []demo.User) error {
	for _, p := range people {
		hash := ""
		if p.Password != "" {
			var err error
			if hash, err = passwords.Hash(ctx, p.Password); err != nil {
				return err
			}
		}
		a := &user.Account{ID: p.ID, Name: p.Name, Email: strings.ToLower(p.Email), CreatedAt: p.CreatedAt}
		for _, r := range p.Roles {
			a.Roles = append(a.Roles, user.Role(r))
		}
		if err := s.SeedAccount(ctx, tx, a, hash); err != nil {
			return err
		}
	}
	return nil
}

package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// EnsureDatabase makes a role and a database that belongs to it, unless they are there, and returns its URL. No other role may connect
// to the database. name is a plain identifier of ours, such as users.
func EnsureDatabase(ctx context.Context, s *Server, name string) (string, error) {
	conn, err := pgx.Connect(ctx, s.URL("postgres", "postgres"))
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	role := "marquee_" + name
	quoted := pgx.Identifier{role}.Sanitize()
	var there bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1)", role).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if _, err := conn.Exec(ctx, "create role "+quoted+" login"); err != nil {
			return "", fmt.Errorf("role %s: %w", role, err)
		}
	}
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", role).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if _, err := conn.Exec(ctx, "create database "+quoted+" owner "+quoted); err != nil {
			return "", fmt.Errorf("database %s: %w", role, err)
		}
	}
	if _, err := conn.Exec(ctx, "revoke connect on database "+quoted+" from public"); err != nil {
		return "", err
	}
	return s.URL(role, role), nil
}

package pg

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"marquee/internal/errs"
)

// DB is what a store needs: a pool or a transaction. The generated queries take the same.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Translate gives an error of PostgreSQL its code: no row is NOT_FOUND, a broken constraint or a serialisation failure is CONFLICT,
// a lost or refused connection UNAVAILABLE, a statement over its time DEADLINE_EXCEEDED. Coded errors and others pass unchanged.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	var coded *errs.Error
	var list errs.List
	if errors.As(err, &coded) || errors.As(err, &list) {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return errs.New(errs.NotFound, "There is no such thing.").Because(err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errs.New(errs.Timeout, "This took too long.").Because(err)
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch pe.Code[:2] {
		case "23":
			return errs.New(errs.Conflict, "This conflicts with what is there.").Because(err)
		case "40":
			return errs.New(errs.Conflict, "Somebody else was faster; try again.").Because(err)
		case "57", "53", "08":
			return errs.New(errs.Unavailable, "The database is not available for a moment.").Because(err)
		}
		return err
	}
	var ce *pgconn.ConnectError
	if errors.As(err, &ce) {
		return errs.New(errs.Unavailable, "The database is not available for a moment.").Because(err)
	}
	return err
}

// Violates reports whether err is a violation of the constraint or unique index with this name.
func Violates(err error, constraint string) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.ConstraintName == constraint
}

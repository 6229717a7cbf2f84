package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/users/internal/store/db"
	"marquee/subgraphs/users/internal/user"
)

// BeginSession implements user.Store.
func (s *Store) BeginSession(ctx context.Context, begun user.NewSession) error {
	return pg.InTx(ctx, s.pool, func(tx pgx.Tx) error { return begin(ctx, s.q.WithTx(tx), begun) })
}

func begin(ctx context.Context, q *db.Queries, s user.NewSession) error {
	err := q.InsertSession(ctx, db.InsertSessionParams{ID: s.ID, UserID: s.UserID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt})
	if err != nil {
		return err
	}
	return q.InsertRefreshToken(ctx, db.InsertRefreshTokenParams{Hash: s.Token[:], SessionID: s.ID, Generation: 1, CreatedAt: s.CreatedAt})
}

// Exchange implements user.Store.
func (s *Store) Exchange(ctx context.Context, presented, fresh user.TokenHash, now time.Time) (*user.Account, *user.Family, error) {
	var owner *user.Account
	var family *user.Family
	var refused error // the verdict on the token; what it changes is committed all the same
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		token, row, err := lock(ctx, q, presented)
		if err != nil {
			return err
		}
		family = &user.Family{
			SessionID: row.ID, Generation: int(row.Generation), RotatedAt: row.RotatedAt, ExpiresAt: row.ExpiresAt.UTC(), Ended: row.EndedAt != nil,
		}
		if refused = family.Exchange(int(token.Generation), now); refused != nil {
			if family.EndReason == "" {
				return nil
			}
			_, err := s.end(ctx, tx, row.ID, family.EndReason, now)
			return err
		}
		if err := q.RotateSession(ctx, db.RotateSessionParams{
			ID: row.ID, Generation: int32(family.Generation), RotatedAt: family.RotatedAt, ExpiresAt: family.ExpiresAt,
		}); err != nil {
			return err
		}
		if err := q.InsertRefreshToken(ctx, db.InsertRefreshTokenParams{
			Hash: fresh[:], SessionID: row.ID, Generation: int32(family.Generation), CreatedAt: now,
		}); err != nil {
			return err
		}
		a, err := q.AccountByID(ctx, row.UserID)
		owner = account(a)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return nil, nil, err
	}
	return owner, family, nil
}

// EndSession implements user.Store.
func (s *Store) EndSession(ctx context.Context, presented user.TokenHash, now time.Time) (bool, error) {
	var ended bool
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		_, row, err := lock(ctx, s.q.WithTx(tx), presented)
		if err != nil {
			return err
		}
		live, err := s.end(ctx, tx, row.ID, user.EndedByLogOut, now)
		ended = live && now.Before(row.ExpiresAt)
		return err
	})
	return ended, err
}

// lock finds a token and locks its family.
func lock(ctx context.Context, q *db.Queries, presented user.TokenHash) (db.RefreshToken, db.Session, error) {
	token, err := q.RefreshTokenByHash(ctx, presented[:])
	if err != nil {
		return db.RefreshToken{}, db.Session{}, err
	}
	row, err := q.LockSession(ctx, token.SessionID)
	return token, row, err
}

// end ends a session and reports whether it had not ended before.
func (s *Store) end(ctx context.Context, tx pgx.Tx, id, reason string, now time.Time) (bool, error) {
	n, err := s.q.WithTx(tx).EndSession(ctx, db.EndSessionParams{ID: id, EndedAt: now, EndReason: reason})
	if err != nil || n == 0 {
		return false, err
	}
	return true, s.ended(ctx, tx, id)
}

// Prune deletes a batch of what no refresh needs any more: tokens created before the instant (they were exchanged or are idle since),
// and sessions that expired before it. It returns how many rows it deleted; 0 means done.
func (s *Store) Prune(ctx context.Context, before time.Time) (int64, error) {
	tokens, err := s.q.DeleteOldTokens(ctx, before)
	if err != nil {
		return 0, pg.Translate(err)
	}
	sessions, err := s.q.DeleteOldSessions(ctx, before)
	return tokens + sessions, pg.Translate(err)
}

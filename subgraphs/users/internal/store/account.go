package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/users/internal/store/db"
	"marquee/subgraphs/users/internal/user"
)

// CreateAccount implements user.Store.
func (s *Store) CreateAccount(ctx context.Context, a *user.Account, passwordHash string, begun user.NewSession) error {
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		if err := s.insert(ctx, tx, a, passwordHash); err != nil {
			return err
		}
		return begin(ctx, q, begun)
	})
	if pg.Violates(err, "account_email_key") {
		return user.ErrEmailTaken
	}
	if err == nil {
		s.outbox.Wake()
	}
	return err
}

// SeedAccount writes an account of the demo within the transaction; its message carries the time of its creation.
func (s *Store) SeedAccount(ctx context.Context, tx pgx.Tx, a *user.Account, passwordHash string) error {
	return s.insert(ctx, tx, a, passwordHash)
}

// insert writes an account and its message.
func (s *Store) insert(ctx context.Context, tx pgx.Tx, a *user.Account, passwordHash string) error {
	var hash *string
	if passwordHash != "" {
		hash = &passwordHash
	}
	err := s.q.WithTx(tx).InsertAccount(ctx, db.InsertAccountParams{
		ID: a.ID, Name: a.Name, Email: a.Email, PasswordHash: hash, Roles: a.RoleNames(), CreatedAt: a.CreatedAt,
	})
	if err != nil {
		return err
	}
	return s.outbox.PublishAt(ctx, tx, a.CreatedAt, contract.UserRegistered{UserID: a.ID, Email: a.Email, Name: a.Name, At: a.CreatedAt})
}

// Credentials implements user.Store.
func (s *Store) Credentials(ctx context.Context, email string) (*user.Account, string, error) {
	row, err := s.q.AccountByEmail(ctx, email)
	if err != nil {
		return nil, "", pg.Translate(err)
	}
	hash := ""
	if row.PasswordHash != nil {
		hash = *row.PasswordHash
	}
	return account(row), hash, nil
}

// AccountsByIDs implements user.Store.
func (s *Store) AccountsByIDs(ctx context.Context, ids []string) (map[string]*user.Account, error) {
	rows, err := s.q.AccountsByIDs(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*user.Account, len(rows))
	for _, r := range rows {
		out[r.ID] = account(r)
	}
	return out, nil
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// ListAccounts implements user.Store.
func (s *Store) ListAccounts(ctx context.Context, after *user.Position, containing string, limit int) ([]*user.Account, error) {
	p := db.ListAccountsParams{MaxRows: int32(limit)}
	if containing != "" {
		p.Pattern = "%" + likeEscape.Replace(containing) + "%"
	}
	if after != nil {
		p.AfterCreated, p.AfterID = &after.CreatedAt, &after.ID
	}
	rows, err := s.q.ListAccounts(ctx, p)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*user.Account, len(rows))
	for i, r := range rows {
		out[i] = account(r)
	}
	return out, nil
}

// AddRole implements user.Store.
func (s *Store) AddRole(ctx context.Context, id string, r user.Role) (*user.Account, error) {
	row, err := s.q.AddRole(ctx, db.AddRoleParams{ID: id, Role: string(r)})
	if err != nil {
		return nil, pg.Translate(err)
	}
	return account(row), nil
}

// SetRoles implements user.Store.
func (s *Store) SetRoles(ctx context.Context, id string, roles []user.Role) (*user.Account, error) {
	names := (&user.Account{Roles: roles}).RoleNames()
	row, err := s.q.SetRoles(ctx, db.SetRolesParams{ID: id, Roles: names})
	if err != nil {
		return nil, pg.Translate(err)
	}
	return account(row), nil
}

func account(r db.Account) *user.Account {
	roles := make([]user.Role, len(r.Roles))
	for i, name := range r.Roles {
		roles[i] = user.Role(name)
	}
	return &user.Account{ID: r.ID, Name: r.Name, Email: r.Email, Roles: roles, CreatedAt: r.CreatedAt.UTC()}
}

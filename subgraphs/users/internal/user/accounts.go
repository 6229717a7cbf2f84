package user

import (
	"context"
	"time"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/page"
)

// Store keeps accounts and sessions. Each method is one transaction.
type Store interface {
	// CreateAccount writes an account, publishes contract.UserRegistered and begins the account's first session. EMAIL_TAKEN if the
	// address has an account.
	CreateAccount(ctx context.Context, a *Account, passwordHash string, s NewSession) error
	// Credentials returns the account of an address and its password hash ("" when it has none); NOT_FOUND.
	Credentials(ctx context.Context, email string) (*Account, string, error)
	// AccountsByIDs returns the accounts that exist, by id.
	AccountsByIDs(ctx context.Context, ids []string) (map[string]*Account, error)
	// ListAccounts returns accounts newest first whose name or address contains the text; a cursor is (created_at, id).
	ListAccounts(ctx context.Context, after *Position, containing string, limit int) ([]*Account, error)
	// AddRole gives a role; NOT_FOUND.
	AddRole(ctx context.Context, id string, r Role) (*Account, error)
	// SetRoles replaces all roles; NOT_FOUND.
	SetRoles(ctx context.Context, id string, roles []Role) (*Account, error)

	// BeginSession writes a session with its first token.
	BeginSession(ctx context.Context, s NewSession) error
	// Exchange finds the family of a token, applies Family.Exchange and stores its outcome, with the fresh token on success.
	// SESSION_ENDED also for an unknown token.
	Exchange(ctx context.Context, presented, fresh TokenHash, now time.Time) (*Account, *Family, error)
	// EndSession ends the session of a token and reports whether it was live; NOT_FOUND for an unknown token.
	EndSession(ctx context.Context, presented TokenHash, now time.Time) (ended bool, err error)
}

// NewSession is a session to store.
type NewSession struct {
	ID        string
	UserID    string
	Token     TokenHash
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Position is where a page of accounts goes on.
type Position struct {
	CreatedAt time.Time
	ID        string
}

// Passwords makes and checks password hashes, slowly on purpose. Both answer OVERLOADED when too many wait.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	// Verify reports whether the password has this hash. With an empty hash it takes as long as ever and reports false.
	Verify(ctx context.Context, password, hash string) (bool, error)
}

// Throttle counts tries to log in, by address.
type Throttle interface {
	// Try counts one try and reports whether it may be made.
	Try(ctx context.Context, email string) (allowed bool, err error)
	// Succeeded forgets the tries of an address.
	Succeeded(ctx context.Context, email string) error
}

// Minter makes access tokens for the account's present roles.
type Minter interface {
	Mint(ctx context.Context, a *Account, sessionID string) (token string, expiresAt time.Time, err error)
}

// Accounts is the use cases of accounts.
type Accounts struct {
	store     Store
	passwords Passwords
	throttle  Throttle
	minter    Minter
	clock     func() time.Time
}

// New returns the use cases over their adapters.
func New(store Store, passwords Passwords, throttle Throttle, minter Minter, clock func() time.Time) *Accounts {
	return &Accounts{store: store, passwords: passwords, throttle: throttle, minter: minter, clock: clock}
}

// now is the present instant as the database can keep it.
func (s *Accounts) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// newSession returns a session to store and the refresh token to hand out.
func newSession(userID string, now time.Time) (NewSession, string) {
	token, hash := newRefreshToken()
	return NewSession{ID: id.New("ses"), UserID: userID, Token: hash, CreatedAt: now, ExpiresAt: now.Add(IdleTime)}, token
}

// session makes the client's answer.
func (s *Accounts) session(ctx context.Context, a *Account, sessionID, refreshToken string, expires time.Time) (*Session, error) {
	access, accessExpires, err := s.minter.Mint(ctx, a, sessionID)
	if err != nil {
		return nil, err
	}
	return &Session{
		AccessToken: access, AccessTokenExpiresAt: accessExpires,
		RefreshToken: refreshToken, RefreshTokenExpiresAt: expires,
		User: a.SeenBy(a.asViewer(sessionID)),
	}, nil
}

// UserConnection is one page of users.
type UserConnection = page.Connection[*User]

// UserEdge is a user in a connection.
type UserEdge = page.Edge[*User]

func is(err error, code errs.Code) bool { return errs.CodeOf(err) == code }

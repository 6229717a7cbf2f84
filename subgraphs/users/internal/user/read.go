package user

import (
	"context"
	"time"
	"unicode/utf8"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Me returns the viewer's own account; nil without a login or when the account is gone.
func (s *Accounts) Me(ctx context.Context, v *viewer.Viewer) (*User, error) {
	if v == nil {
		return nil, nil
	}
	return s.ByID(ctx, v, v.ID())
}

// ByID returns what the viewer may see of a user; nil if there is none.
func (s *Accounts) ByID(ctx context.Context, v *viewer.Viewer, userID string) (*User, error) {
	users, err := s.ByIDs(ctx, v, []string{userID})
	if err != nil {
		return nil, err
	}
	return users[0], nil
}

// ByIDs returns users in the order of the ids, nil where there is none.
func (s *Accounts) ByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*User, error) {
	known := make([]string, 0, len(ids))
	for _, i := range ids {
		if id.Is("usr", i) {
			known = append(known, i)
		}
	}
	out := make([]*User, len(ids))
	if len(known) == 0 {
		return out, nil
	}
	accounts, err := s.store.AccountsByIDs(ctx, known)
	if err != nil {
		return nil, err
	}
	for n, i := range ids {
		if a := accounts[i]; a != nil {
			out[n] = a.SeenBy(v)
		}
	}
	return out, nil
}

const longestSearch = 200

// List returns all users, newest first. Administrators only. INVALID_INPUT for a wrong page or search.
func (s *Accounts) List(ctx context.Context, v *viewer.Viewer, first int, after, search *string) (*UserConnection, error) {
	if err := v.Require(viewer.Admin); err != nil {
		return nil, err
	}
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	var from *Position
	if args.After != nil {
		if from, err = position(args); err != nil {
			return nil, err
		}
	}
	containing := ""
	if search != nil {
		containing = *search
	}
	if utf8.RuneCountInString(containing) > longestSearch || !plain(containing) {
		return nil, errs.New(errs.InvalidInput, "The search text has at most 200 characters and fits on one line.").At("search")
	}
	accounts, err := s.store.ListAccounts(ctx, from, containing, args.Limit())
	if err != nil {
		return nil, err
	}
	users := make([]*User, len(accounts))
	for i, a := range accounts {
		users[i] = a.SeenBy(v)
	}
	return page.New(args, users, func(u *User) string { return page.Cursor(u.CreatedAt.Format(time.RFC3339Nano), u.ID) }), nil
}

func position(a page.Args) (*Position, error) {
	created, ok1 := a.String(0)
	userID, ok2 := a.String(1)
	at, err := time.Parse(time.RFC3339Nano, created)
	if !ok1 || !ok2 || err != nil || !id.Is("usr", userID) {
		return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
	}
	return &Position{CreatedAt: at, ID: userID}, nil
}

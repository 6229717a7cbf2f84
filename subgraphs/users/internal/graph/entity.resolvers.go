package graph

import (
	"context"

	"marquee/internal/viewer"
	"marquee/subgraphs/users/internal/graph/generated"
	"marquee/subgraphs/users/internal/graph/model"
	"marquee/subgraphs/users/internal/user"
)

func (r *entityResolver) FindManyUserByIDs(ctx context.Context, reps []*model.UserByIDsInput) ([]*user.User, error) {
	ids := make([]string, len(reps))
	for i, rep := range reps {
		ids[i] = rep.ID
	}
	return r.Accounts.ByIDs(ctx, viewer.From(ctx), ids)
}

func (r *Resolver) Entity() generated.EntityResolver { return &entityResolver{r} }

type entityResolver struct{ *Resolver }

package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
	"marquee/subgraphs/users/internal/graph/generated"
	"marquee/subgraphs/users/internal/graph/model"
	"marquee/subgraphs/users/internal/user"
)

func (r *mutationResolver) Register(ctx context.Context, input user.RegisterInput) (*model.RegisterPayload, error) {
	session, err := r.Accounts.Register(ctx, input)
	wrong, err := errs.UserErrors[model.RegisterUserError, model.RegisterErrorCode](err)
	return &model.RegisterPayload{Session: session, UserErrors: wrong}, err
}

func (r *mutationResolver) LogIn(ctx context.Context, input user.LogInInput) (*model.LogInPayload, error) {
	session, err := r.Accounts.LogIn(ctx, input)
	wrong, err := errs.UserErrors[model.LogInUserError, model.LogInErrorCode](err)
	return &model.LogInPayload{Session: session, UserErrors: wrong}, err
}

func (r *mutationResolver) RefreshSession(ctx context.Context, input model.RefreshSessionInput) (*model.RefreshSessionPayload, error) {
	session, err := r.Accounts.Refresh(ctx, input.RefreshToken)
	wrong, err := errs.UserErrors[model.RefreshSessionUserError, model.RefreshSessionErrorCode](err)
	return &model.RefreshSessionPayload{Session: session, UserErrors: wrong}, err
}

func (r *mutationResolver) LogOut(ctx context.Context, input model.LogOutInput) (*model.LogOutPayload, error) {
	ended, err := r.Accounts.LogOut(ctx, input.RefreshToken)
	wrong, err := errs.UserErrors[model.LogOutUserError, model.LogOutErrorCode](err)
	return &model.LogOutPayload{Ended: ended, UserErrors: wrong}, err
}

func (r *mutationResolver) StartOrganizing(ctx context.Context, input model.StartOrganizingInput) (*model.StartOrganizingPayload, error) {
	u, err := r.Accounts.StartOrganizing(ctx, viewer.From(ctx))
	wrong, err := errs.UserErrors[model.StartOrganizingUserError, model.StartOrganizingErrorCode](err)
	return &model.StartOrganizingPayload{User: u, ClientMutationID: input.ClientMutationID, UserErrors: wrong}, err
}

func (r *mutationResolver) SetUserRoles(ctx context.Context, input user.SetUserRolesInput) (*model.SetUserRolesPayload, error) {
	u, err := r.Accounts.SetRoles(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.SetUserRolesUserError, model.SetUserRolesErrorCode](err)
	return &model.SetUserRolesPayload{User: u, UserErrors: wrong}, err
}

func (r *queryResolver) Me(ctx context.Context) (*user.User, error) {
	return r.Accounts.Me(ctx, viewer.From(ctx))
}

func (r *queryResolver) User(ctx context.Context, id string) (*user.User, error) {
	return r.Accounts.ByID(ctx, viewer.From(ctx), id)
}

func (r *queryResolver) Users(ctx context.Context, first int, after *string, search *string) (*page.Connection[*user.User], error) {
	return r.Accounts.List(ctx, viewer.From(ctx), first, after, search)
}

func (r *Resolver) Mutation() generated.MutationResolver { return &mutationResolver{r} }

func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

type (
	mutationResolver struct{ *Resolver }
	queryResolver    struct{ *Resolver }
)

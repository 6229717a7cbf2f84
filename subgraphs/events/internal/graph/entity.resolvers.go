package graph

import (
	"context"

	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/graph/generated"
	"marquee/subgraphs/events/internal/graph/model"
)

func (r *entityResolver) FindManyCategoryByIDs(ctx context.Context, reps []*model.CategoryByIDsInput) ([]*event.Category, error) {
	return r.Domain.CategoriesByIDs(ctx, ids(reps, func(rep *model.CategoryByIDsInput) string { return rep.ID }))
}

func (r *entityResolver) FindManyEventByIDs(ctx context.Context, reps []*model.EventByIDsInput) ([]*event.Event, error) {
	return r.Domain.ByIDs(ctx, viewer.From(ctx), ids(reps, func(rep *model.EventByIDsInput) string { return rep.ID }))
}

func (r *entityResolver) FindManySeriesByIDs(ctx context.Context, reps []*model.SeriesByIDsInput) ([]*event.Series, error) {
	return r.Domain.SeriesByIDs(ctx, viewer.From(ctx), ids(reps, func(rep *model.SeriesByIDsInput) string { return rep.ID }))
}

func (r *entityResolver) FindManyTicketTypeByIDs(ctx context.Context, reps []*model.TicketTypeByIDsInput) ([]*event.TicketType, error) {
	return r.Domain.TicketTypesByIDs(ctx, viewer.From(ctx), ids(reps, func(rep *model.TicketTypeByIDsInput) string { return rep.ID }))
}

func (r *entityResolver) FindManyVenueByIDs(ctx context.Context, reps []*model.VenueByIDsInput) ([]*event.Venue, error) {
	return r.Domain.VenuesByIDs(ctx, ids(reps, func(rep *model.VenueByIDsInput) string { return rep.ID }))
}

func (r *Resolver) Entity() generated.EntityResolver { return &entityResolver{r} }

type entityResolver struct{ *Resolver }

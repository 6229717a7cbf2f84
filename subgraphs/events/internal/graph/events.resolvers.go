package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/graph/generated"
	"marquee/subgraphs/events/internal/graph/model"
)

func (r *mutationResolver) CreateVenue(ctx context.Context, input event.CreateVenueInput) (*model.CreateVenuePayload, error) {
	venue, err := r.Domain.CreateVenue(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CreateVenueUserError, model.CreateVenueErrorCode](err)
	return &model.CreateVenuePayload{Venue: venue, UserErrors: wrong}, err
}

func (r *mutationResolver) CreateEvent(ctx context.Context, input event.CreateEventInput) (*model.CreateEventPayload, error) {
	e, err := r.Domain.Create(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CreateEventUserError, model.CreateEventErrorCode](err)
	return &model.CreateEventPayload{Event: e, UserErrors: wrong}, err
}

func (r *mutationResolver) UpdateEvent(ctx context.Context, input event.UpdateEventInput) (*model.UpdateEventPayload, error) {
	e, err := r.Domain.Update(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.UpdateEventUserError, model.UpdateEventErrorCode](err)
	return &model.UpdateEventPayload{Event: e, UserErrors: wrong}, err
}

func (r *mutationResolver) PublishEvent(ctx context.Context, input model.PublishEventInput) (*model.PublishEventPayload, error) {
	e, err := r.Domain.Publish(ctx, viewer.From(ctx), input.ID)
	wrong, err := errs.UserErrors[model.PublishEventUserError, model.PublishEventErrorCode](err)
	return &model.PublishEventPayload{Event: e, UserErrors: wrong}, err
}

func (r *mutationResolver) CancelEvent(ctx context.Context, input event.CancelEventInput) (*model.CancelEventPayload, error) {
	e, err := r.Domain.Cancel(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.CancelEventUserError, model.CancelEventErrorCode](err)
	return &model.CancelEventPayload{Event: e, UserErrors: wrong}, err
}

func (r *queryResolver) Event(ctx context.Context, id string) (*event.Event, error) {
	return r.Domain.ByID(ctx, viewer.From(ctx), id)
}

func (r *queryResolver) EventBySlug(ctx context.Context, slug string) (*event.Event, error) {
	return r.Domain.BySlug(ctx, viewer.From(ctx), slug)
}

func (r *queryResolver) Events(ctx context.Context, filter *event.Filter, sort event.Sort, first int, after *string) (*event.EventConnection, error) {
	return r.Domain.List(ctx, filter, sort, first, after)
}

func (r *queryResolver) MyEvents(ctx context.Context, status *event.Status, eachDate bool, first int, after *string) (*event.EventConnection, error) {
	return r.Domain.Mine(ctx, viewer.From(ctx), status, eachDate, first, after)
}

func (r *queryResolver) Categories(ctx context.Context) ([]*event.Category, error) {
	return r.Domain.Categories(ctx)
}

func (r *queryResolver) Cities(ctx context.Context) ([]*event.City, error) {
	return r.Domain.Cities(ctx)
}

func (r *queryResolver) Venues(ctx context.Context, search *string, first int, after *string) (*page.Connection[*event.Venue], error) {
	return r.Domain.ListVenues(ctx, search, first, after)
}

func (r *Resolver) Mutation() generated.MutationResolver { return &mutationResolver{r} }

func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

type (
	mutationResolver struct{ *Resolver }
	queryResolver    struct{ *Resolver }
)

func (r *queryResolver) TicketType(ctx context.Context, id string) (*event.TicketType, error) {
	return r.Domain.TicketType(ctx, viewer.From(ctx), id)
}

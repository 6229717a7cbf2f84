package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/graph/generated"
	"marquee/subgraphs/events/internal/graph/model"
)

func (r *eventResolver) Seating(ctx context.Context, obj *event.Event) (*event.Seating, error) {
	return r.Domain.SeatingOf(ctx, obj)
}

func (r *mutationResolver) SetEventSeating(ctx context.Context, input event.SetEventSeatingInput) (*model.SetEventSeatingPayload, error) {
	e, err := r.Domain.SetSeating(ctx, viewer.From(ctx), input)
	wrong, err := errs.UserErrors[model.SetEventSeatingUserError, model.SetEventSeatingErrorCode](err)
	return &model.SetEventSeatingPayload{Event: e, UserErrors: wrong}, err
}

func (r *Resolver) Event() generated.EventResolver { return &eventResolver{r} }

type eventResolver struct{ *Resolver }

package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph/model"
)

func (r *holdSeatsUserErrorResolver) NextAction(ctx context.Context, obj *model.HoldSeatsUserError) (booking.NextAction, error) {
	a, err := r.advice(ctx, obj)
	return a.Next, err
}

func (r *holdSeatsUserErrorResolver) Alternatives(ctx context.Context, obj *model.HoldSeatsUserError) ([]*booking.TicketType, error) {
	a, err := r.advice(ctx, obj)
	return append([]*booking.TicketType{}, a.Alternatives...), err
}

func (r *holdSeatsUserErrorResolver) OtherDates(ctx context.Context, obj *model.HoldSeatsUserError) ([]*booking.Event, error) {
	in, err := asked(ctx)
	if err != nil {
		return nil, err
	}
	return r.Office.OtherDates(ctx, in, errs.Code(obj.Code))
}

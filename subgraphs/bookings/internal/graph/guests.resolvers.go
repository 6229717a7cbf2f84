package graph

import (
	"context"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph/model"
)

func (r *eventResolver) Attendees(ctx context.Context, obj *booking.Event, first int, after *string) (*page.Connection[*booking.Attendee], error) {
	return r.Office.Attendees(ctx, viewer.From(ctx), obj.ID, first, after)
}

func (r *eventResolver) AttendeeQuestions(ctx context.Context, obj *booking.Event) ([]*contract.Question, error) {
	return r.Office.AttendeeQuestions(ctx, viewer.From(ctx), obj.ID)
}

func (r *mutationResolver) SetGuests(ctx context.Context, input booking.SetGuestsInput) (*model.SetGuestsPayload, error) {
	b, err := r.Office.SetGuests(ctx, viewer.From(ctx), input)
	userErrors, err := errs.UserErrors[model.SetGuestsUserError](err)
	return &model.SetGuestsPayload{Booking: b, UserErrors: userErrors}, err
}

package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/graph/model"
)

func (r *mutationResolver) ExtendHold(ctx context.Context, input model.ExtendHoldInput) (*model.ExtendHoldPayload, error) {
	b, err := r.Office.Extend(ctx, viewer.From(ctx), input.BookingID, input.IdempotencyKey)
	userErrors, err := errs.UserErrors[model.ExtendHoldUserError](err)
	return &model.ExtendHoldPayload{Booking: b, UserErrors: userErrors}, err
}

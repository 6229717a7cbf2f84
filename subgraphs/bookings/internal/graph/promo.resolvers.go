package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph/model"
)

func (r *eventResolver) PromoCodes(ctx context.Context, obj *booking.Event, first int, after *string) (*page.Connection[*booking.PromoCode], error) {
	return r.Office.PromoCodes(ctx, viewer.From(ctx), obj.ID, first, after)
}

func (r *queryResolver) PromoOffer(ctx context.Context, eventID, code string, also []string) (*booking.PromoOffer, error) {
	return r.Office.Offer(ctx, eventID, code, also)
}

func (r *mutationResolver) CreatePromoCode(ctx context.Context, input booking.CreatePromoCodeInput) (*model.CreatePromoCodePayload, error) {
	c, err := r.Office.CreatePromoCode(ctx, viewer.From(ctx), input)
	userErrors, err := errs.UserErrors[model.CreatePromoCodeUserError](err)
	return &model.CreatePromoCodePayload{PromoCode: c, UserErrors: userErrors}, err
}

func (r *mutationResolver) UpdatePromoCode(ctx context.Context, input booking.UpdatePromoCodeInput) (*model.UpdatePromoCodePayload, error) {
	c, err := r.Office.UpdatePromoCode(ctx, viewer.From(ctx), input)
	userErrors, err := errs.UserErrors[model.UpdatePromoCodeUserError](err)
	return &model.UpdatePromoCodePayload{PromoCode: c, UserErrors: userErrors}, err
}

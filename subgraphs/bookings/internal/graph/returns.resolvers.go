package graph

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph/model"
)

func (r *queryResolver) TicketRefundQuote(ctx context.Context, bookingID string, ticketIds []string) (*booking.TicketRefundQuote, error) {
	return r.Office.TicketRefundQuote(ctx, viewer.From(ctx), bookingID, ticketIds)
}

func (r *mutationResolver) RefundTickets(ctx context.Context, input booking.RefundTicketsInput) (*model.RefundTicketsPayload, error) {
	b, err := r.Office.RefundTickets(ctx, viewer.From(ctx), input)
	userErrors, err := errs.UserErrors[model.RefundTicketsUserError](err)
	return &model.RefundTicketsPayload{Booking: b, UserErrors: userErrors}, err
}

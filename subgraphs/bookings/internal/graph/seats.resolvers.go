package graph

import (
	"context"

	"marquee/subgraphs/bookings/internal/booking"
)

func (r *eventResolver) SeatMap(ctx context.Context, obj *booking.Event) (*booking.SeatMap, error) {
	return r.Office.SeatMap(ctx, obj.ID)
}

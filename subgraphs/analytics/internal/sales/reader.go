package sales

import (
	"context"
	"fmt"

	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Store is what reading needs. Events of which too little is known to show them (no currency yet) are left out everywhere.
type Store interface {
	// Sales returns the numbers by event.
	Sales(ctx context.Context, eventIDs []string) (map[string]*EventSales, error)
	// Timelines returns each event's latest buckets, oldest first.
	Timelines(ctx context.Context, eventIDs []string, bucket SalesBucket, last int) (map[string][]*SalesPoint, error)
	Report(ctx context.Context, organizerID string) (*SalesReport, error)
	// ByEvent returns an organiser's events, best seller first, at most args.Limit(); a bad cursor is INVALID_INPUT.
	ByEvent(ctx context.Context, organizerID string, args page.Args) ([]*EventSales, error)
}

// Reader answers people about sales.
type Reader struct{ Store Store }

// may reports whether the viewer may see the numbers.
func may(v *viewer.Viewer, s *EventSales) bool {
	return v.IsAdmin() || v != nil && s.OrganizerID != "" && v.UserID == s.OrganizerID
}

// Events returns a stub for each id. Their numbers are read together.
func (r *Reader) Events(ids []string) []*Event {
	b := &Batch{store: r.Store, ids: ids}
	out := make([]*Event, len(ids))
	for i, id := range ids {
		out[i] = &Event{ID: id, batch: b}
	}
	return out
}

// SalesOf returns an event's numbers; nil for all but its organiser and administrators.
func (r *Reader) SalesOf(ctx context.Context, v *viewer.Viewer, e *Event) (*EventSales, error) {
	if v == nil {
		return nil, nil
	}
	found, err := e.batch.Sales(ctx)
	if err != nil {
		return nil, err
	}
	if s := found[e.ID]; s != nil && may(v, s) {
		return s, nil
	}
	return nil, nil
}

// One returns an event's numbers. Everybody but its organiser and administrators gets FORBIDDEN, whether it exists or not;
// administrators get NOT_FOUND if it does not; UNAUTHENTICATED.
func (r *Reader) One(ctx context.Context, v *viewer.Viewer, eventID string) (*EventSales, error) {
	if v == nil {
		return nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	s, err := r.SalesOf(ctx, v, r.Events([]string{eventID})[0])
	switch {
	case err != nil:
		return nil, err
	case s != nil:
		return s, nil
	case v.IsAdmin():
		return nil, errs.New(errs.NotFound, "Nothing is known of such an event.").At("eventId")
	default:
		return nil, errs.New(errs.Forbidden, "Only the organiser of the event may see its numbers.").At("eventId")
	}
}

// Report returns the numbers of all events of the viewer's: UNAUTHENTICATED, FORBIDDEN without EVENT_MANAGER.
func (r *Reader) Report(ctx context.Context, v *viewer.Viewer) (*SalesReport, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	return r.Store.Report(ctx, v.ID())
}

// ByEvent lists the events of a report, best seller first: INVALID_INPUT.
func (r *Reader) ByEvent(ctx context.Context, report *SalesReport, first int, after *string) (*EventSalesConnection, error) {
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	rows, err := r.Store.ByEvent(ctx, report.OrganizerID, args)
	if err != nil {
		return nil, err
	}
	b := &Batch{store: r.Store}
	for _, s := range rows {
		b.ids = append(b.ids, s.EventID)
		s.batch = b
	}
	return page.New(args, rows, func(s *EventSales) string { return page.Cursor(s.TicketsSold, s.EventID) }), nil
}

// Timeline returns an event's latest buckets, oldest first, as they are now: a sale later than the other numbers may be in them.
// INVALID_INPUT unless last is 1 to MaxPoints.
func (r *Reader) Timeline(ctx context.Context, s *EventSales, bucket SalesBucket, last int) ([]*SalesPoint, error) {
	if last < 1 || last > MaxPoints {
		return nil, errs.New(errs.InvalidInput, fmt.Sprintf("last must be between 1 and %d", MaxPoints)).At("last")
	}
	found, err := s.batch.Timelines(ctx, bucket, last)
	return append([]*SalesPoint{}, found[s.EventID]...), err
}

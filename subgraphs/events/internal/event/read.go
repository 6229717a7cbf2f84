package event

import (
	"context"
	"slices"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// ByID returns an event that the viewer may see; nil if there is none.
func (s *Events) ByID(ctx context.Context, v *viewer.Viewer, eventID string) (*Event, error) {
	events, err := s.ByIDs(ctx, v, []string{eventID})
	if err != nil {
		return nil, err
	}
	return events[0], nil
}

// BySlug is ByID by the event's short name.
func (s *Events) BySlug(ctx context.Context, v *viewer.Viewer, slug string) (*Event, error) {
	if len(slug) > 200 || !plain(slug) {
		return nil, nil
	}
	eventID, err := s.store.IDBySlug(ctx, slug)
	if is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.ByID(ctx, v, eventID)
}

// ByIDs returns events in the order of the ids, nil where there is none that the viewer may see, with the ticket types listed for them.
func (s *Events) ByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Event, error) {
	events, err := s.visible(ctx, v, ids)
	for _, e := range events {
		e.list(v)
	}
	s.together(events)
	return events, err
}

// visible returns events in the order of the ids, nil where there is none that the viewer may see, with all their ticket types.
func (s *Events) visible(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Event, error) {
	return byIDs(ctx, "evt", ids, func(ctx context.Context, ids []string) (map[string]*Event, error) {
		events, err := s.store.ByIDs(ctx, ids)
		for i, e := range events {
			if !e.VisibleTo(v) {
				delete(events, i)
			}
		}
		return events, err
	})
}

// TicketTypesByIDs returns ticket types in the order of the ids, nil where there is none or its event is not for the viewer to see. Those
// that are not listed come too: who knows the id of one was given it.
func (s *Events) TicketTypesByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*TicketType, error) {
	return byIDs(ctx, "tkt", ids, func(ctx context.Context, ids []string) (map[string]*TicketType, error) {
		eventOf, err := s.store.EventsOfTicketTypes(ctx, ids)
		if err != nil {
			return nil, err
		}
		eventIDs := make([]string, 0, len(eventOf))
		for _, i := range ids {
			if e := eventOf[i]; e != "" && !slices.Contains(eventIDs, e) {
				eventIDs = append(eventIDs, e)
			}
		}
		events, err := s.visible(ctx, v, eventIDs)
		if err != nil {
			return nil, err
		}
		out := map[string]*TicketType{}
		for _, e := range events {
			if e == nil {
				continue
			}
			for _, t := range e.TicketTypes {
				out[t.ID] = t
			}
		}
		return out, nil
	})
}

// VenuesByIDs returns venues in the order of the ids, nil where there is none.
func (s *Events) VenuesByIDs(ctx context.Context, ids []string) ([]*Venue, error) {
	return byIDs(ctx, "ven", ids, s.store.VenuesByIDs)
}

// CategoriesByIDs returns categories in the order of the ids, nil where there is none.
func (s *Events) CategoriesByIDs(ctx context.Context, ids []string) ([]*Category, error) {
	return byIDs(ctx, "cat", ids, s.store.CategoriesByIDs)
}

// Categories returns all categories by name.
func (s *Events) Categories(ctx context.Context) ([]*Category, error) { return s.store.Categories(ctx) }

// Cities returns the cities with published events to come, most events first, at most 100.
func (s *Events) Cities(ctx context.Context) ([]*City, error) { return s.store.Cities(ctx, s.now()) }

// byIDs asks for the well-formed ids, each once, and puts the answers into the order of all.
func byIDs[T any](ctx context.Context, prefix string, ids []string, load func(context.Context, []string) (map[string]*T, error)) ([]*T, error) {
	out := make([]*T, len(ids))
	seen := map[string]bool{}
	var ask []string
	for _, i := range ids {
		if !seen[i] && id.Is(prefix, i) {
			seen[i] = true
			ask = append(ask, i)
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	found, err := load(ctx, ask)
	if err != nil {
		return nil, err
	}
	for n, i := range ids {
		out[n] = found[i]
	}
	return out, nil
}

// TicketType returns a ticket type of an event that the viewer may see; nil if there is none.
func (s *Events) TicketType(ctx context.Context, v *viewer.Viewer, typeID string) (*TicketType, error) {
	types, err := s.TicketTypesByIDs(ctx, v, []string{typeID})
	if err != nil {
		return nil, err
	}
	return types[0], nil
}

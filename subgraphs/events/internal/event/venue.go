package event

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// CreateVenueInput is a place to add.
type CreateVenueInput struct {
	Name, Address, City, Country string
	Latitude, Longitude          *float64
}

// CreateVenue adds a place. Needs EVENT_MANAGER. INVALID_INPUT.
func (s *Events) CreateVenue(ctx context.Context, v *viewer.Viewer, in CreateVenueInput) (*Venue, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	var wrong errs.List
	checkLine(&wrong, "The name", in.Name, 1, 200, "input", "name")
	checkLine(&wrong, "The address", in.Address, 0, 300, "input", "address")
	checkLine(&wrong, "The city", in.City, 1, 100, "input", "city")
	if !isCountry(in.Country) {
		wrong.Add(errs.InvalidInput, "A country is a code of two capital letters, for example DE.", "input", "country")
	}
	// Written so that NaN is refused too.
	if in.Latitude != nil && !(*in.Latitude >= -90 && *in.Latitude <= 90) {
		wrong.Add(errs.InvalidInput, "Latitude is between -90 and 90 degrees.", "input", "latitude")
	}
	if in.Longitude != nil && !(*in.Longitude >= -180 && *in.Longitude <= 180) {
		wrong.Add(errs.InvalidInput, "Longitude is between -180 and 180 degrees.", "input", "longitude")
	}
	if (in.Latitude == nil) != (in.Longitude == nil) {
		missing := "latitude"
		if in.Longitude == nil {
			missing = "longitude"
		}
		wrong.Add(errs.InvalidInput, "A position is latitude and longitude together.", "input", missing)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	venue := &Venue{
		ID: id.New("ven"), Name: in.Name, Address: in.Address, City: in.City, Country: in.Country,
		Latitude: in.Latitude, Longitude: in.Longitude,
	}
	if err := s.store.CreateVenue(ctx, venue, v.ID(), s.now()); err != nil {
		return nil, err
	}
	return venue, nil
}

// VenueQuery is a checked request for places.
type VenueQuery struct {
	Words []string // nil: every venue
	After *VenuePosition
	Limit int
}

// VenuePosition is the place of a venue in the order by name.
type VenuePosition struct{ SortKey, ID string }

// SortKey is what venues are ordered by.
func (v *Venue) SortKey() string { return Fold(v.Name) }

// VenueConnection is one page of venues.
type VenueConnection = page.Connection[*Venue]

// VenueEdge is a venue in a connection.
type VenueEdge = page.Edge[*Venue]

// ListVenues returns a page of places by name. INVALID_INPUT.
func (s *Events) ListVenues(ctx context.Context, search *string, first int, after *string) (*VenueConnection, error) {
	args, err := page.Parse(first, after, 2)
	if err != nil {
		return nil, err
	}
	q := VenueQuery{Limit: args.Limit()}
	if search != nil {
		if q.Words, err = searchWords(*search, "search"); err != nil {
			return nil, err
		}
	}
	if args.After != nil {
		key, ok0 := args.String(0)
		venueID, ok1 := args.String(1)
		if !ok0 || !ok1 || !plain(key) || !id.Is("ven", venueID) {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		q.After = &VenuePosition{SortKey: key, ID: venueID}
	}
	venues, err := s.store.ListVenues(ctx, q)
	if err != nil {
		return nil, err
	}
	return page.New(args, venues, func(v *Venue) string { return page.Cursor(v.SortKey(), v.ID) }), nil
}

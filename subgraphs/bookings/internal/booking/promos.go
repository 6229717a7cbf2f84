package booking

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// PromoCodeConnection is one page of promo codes.
type PromoCodeConnection = page.Connection[*PromoCode]

// PromoCodeEdge is a promo code in a connection.
type PromoCodeEdge = page.Edge[*PromoCode]

// CreatePromoCodeInput is a promo code to make.
type CreatePromoCodeInput struct {
	EventID, Code         string
	Kind                  PromoKind
	Value                 int64
	TicketTypeIDs         []string
	MaxUses, PerPerson    *int
	ValidFrom, ValidUntil *time.Time
	IdempotencyKey        string `json:"-"`
}

// UpdatePromoCodeInput is what a promo code is from now on.
type UpdatePromoCodeInput struct {
	ID                    string
	Active                bool
	TicketTypeIDs         []string
	MaxUses, PerPerson    *int
	ValidFrom, ValidUntil *time.Time
	IdempotencyKey        string `json:"-"`
}

// PromoOffer is what a code does for who looks at it before booking.
type PromoOffer struct {
	Code   string
	Kind   PromoKind
	Prices []*PromoPrice // of the types it makes cheaper
	opened []string      // the types it unlocks

	seats *seats
}

// PromoPrice is the price of one ticket with a code.
type PromoPrice struct {
	FullPrice, Price money.Money
	typeID           string

	seats *seats
}

// TicketType is which type.
func (p *PromoPrice) TicketType() *TicketType { return &TicketType{ID: p.typeID, seats: p.seats} }

// Unlocks is the types that can be booked with the code only.
func (o *PromoOffer) Unlocks() []*TicketType {
	out := make([]*TicketType, len(o.opened))
	for i, id := range o.opened {
		out[i] = &TicketType{ID: id, seats: o.seats}
	}
	return out
}

// CreatePromoCode makes a code for an event of the viewer's. Errors: UNAUTHENTICATED, EVENT_NOT_FOUND, INVALID_CODE, CODE_TAKEN,
// INVALID_INPUT, TICKET_TYPE_NOT_FOUND, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED.
func (s *Office) CreatePromoCode(ctx context.Context, v *viewer.Viewer, in CreatePromoCodeInput) (*PromoCode, error) {
	show, err := s.run(ctx, v, in.EventID)
	if err != nil {
		return nil, err
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, err
	}
	if show == nil {
		return nil, errEventNotFound
	}
	c := &PromoCode{
		ID: id.New("prm"), EventID: show.ID, Kind: in.Kind, Value: in.Value, TicketTypeIDs: in.TicketTypeIDs, MaxUses: in.MaxUses,
		PerPerson: in.PerPerson, ValidFrom: in.ValidFrom, ValidUntil: in.ValidUntil, Active: true, CreatedAt: s.now().UTC().Truncate(time.Microsecond),
	}
	var wrong errs.List
	var ok bool
	if c.Code, ok = ReadPromoCode(in.Code); !ok {
		wrong.Add(InvalidCode, "A code has 3 to 40 letters, digits, hyphens and underscores.", "input", "code")
	}
	switch {
	case c.Kind == PercentageOff && (c.Value < 1 || c.Value > 10_000):
		wrong.Add(errs.InvalidInput, "A percentage is between 1 and 10,000 basis points.", "input", "value")
	case c.Kind == AmountOff && (c.Value < 1 || c.Value > 1_000_000_000):
		wrong.Add(errs.InvalidInput, "The amount is between 1 and 1,000,000,000 minor units.", "input", "value")
	case c.Kind == Access && c.Value != 0:
		wrong.Add(errs.InvalidInput, "A code that unlocks tickets has no value.", "input", "value")
	}
	if err := s.checkPromoCode(ctx, &wrong, c); err != nil {
		return nil, err
	}
	made, err := s.store.AddPromoCode(ctx, Claim{Scope: "createPromoCode " + v.ID(), Key: in.IdempotencyKey, Request: in}, c)
	if err == nil && made == nil {
		err = errs.New(CodeTaken, "The event has this code already.").At("input", "code")
	}
	return made, err
}

// UpdatePromoCode changes a code of an event of the viewer's. Errors: UNAUTHENTICATED, PROMO_CODE_NOT_FOUND, INVALID_INPUT,
// TICKET_TYPE_NOT_FOUND, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED.
func (s *Office) UpdatePromoCode(ctx context.Context, v *viewer.Viewer, in UpdatePromoCodeInput) (*PromoCode, error) {
	if v == nil {
		return nil, errLogin
	}
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, err
	}
	notFound := errs.New(PromoCodeNotFound, "There is no such code of yours.").At("input", "id")
	if !isID(in.ID) {
		return nil, notFound
	}
	known, err := s.store.PromoCodeByID(ctx, in.ID)
	if err != nil || known == nil {
		return nil, cmp.Or(err, error(notFound))
	}
	if show, err := s.run(ctx, v, known.EventID); err != nil || show == nil {
		return nil, cmp.Or(err, error(notFound))
	}
	in.apply(known)
	var wrong errs.List
	if err := s.checkPromoCode(ctx, &wrong, known); err != nil {
		return nil, err
	}
	return s.store.ChangePromoCode(ctx, Claim{Scope: "updatePromoCode " + v.ID(), Key: in.IdempotencyKey, Request: in}, in.ID, func(c *PromoCode) error {
		in.apply(c)
		if c.MaxUses != nil && *c.MaxUses < c.Used {
			return errs.New(errs.InvalidInput, fmt.Sprintf("The code was used %d times already.", c.Used)).At("input", "maxUses")
		}
		return nil
	})
}

func (in UpdatePromoCodeInput) apply(c *PromoCode) {
	c.Active, c.TicketTypeIDs, c.MaxUses, c.PerPerson, c.ValidFrom, c.ValidUntil = in.Active, in.TicketTypeIDs, in.MaxUses, in.PerPerson, in.ValidFrom, in.ValidUntil
}

func (s *Office) checkPromoCode(ctx context.Context, wrong *errs.List, c *PromoCode) error {
	if c.MaxUses != nil && (*c.MaxUses < 1 || *c.MaxUses > 1_000_000) {
		wrong.Add(errs.InvalidInput, "A code is used 1 to 1,000,000 times.", "input", "maxUses")
	}
	if c.PerPerson != nil && (*c.PerPerson < 1 || *c.PerPerson > 1_000_000) {
		wrong.Add(errs.InvalidInput, "One person uses a code 1 to 1,000,000 times.", "input", "perPerson")
	}
	if c.ValidFrom != nil && c.ValidUntil != nil && !c.ValidUntil.After(*c.ValidFrom) {
		wrong.Add(errs.InvalidInput, "A code ends after it begins.", "input", "validUntil")
	}
	if len(c.TicketTypeIDs) > 0 {
		stock, err := s.store.StockOf(ctx, c.EventID)
		if err != nil {
			return err
		}
		for _, t := range c.TicketTypeIDs {
			if !slices.ContainsFunc(stock, func(k *Stock) bool { return k.TypeID == t && k.Kind != house }) {
				wrong.Add(TicketTypeNotFound, "The event has no such ticket.", "input", "ticketTypeIds")
				break
			}
		}
	}
	return wrong.Err()
}

// PromoCodes lists an event's codes in their order. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event, INVALID_INPUT.
func (s *Office) PromoCodes(ctx context.Context, v *viewer.Viewer, eventID string, first int, after *string) (*PromoCodeConnection, error) {
	show, err := s.run(ctx, v, eventID)
	if err != nil {
		return nil, err
	}
	if show == nil {
		return nil, errs.New(errs.Forbidden, "Only its organiser sees the codes of an event.")
	}
	args, err := page.Parse(first, after, 1)
	if err != nil {
		return nil, err
	}
	from := ""
	if args.After != nil {
		code, ok := args.String(0)
		if _, fits := ReadPromoCode(code); !ok || !fits {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		from = code
	}
	rows, err := s.store.PromoCodesOfEvent(ctx, eventID, from, args.Limit())
	if err != nil {
		return nil, err
	}
	return page.New(args, rows, func(c *PromoCode) string { return page.Cursor(c.Code) }), nil
}

// Offer tells what a code does, also for those of the types also that are not listed; nil for any that does nothing now, whatever the
// reason, so that who guesses learns nothing.
func (s *Office) Offer(ctx context.Context, eventID, typed string, also []string) (*PromoOffer, error) {
	code, ok := ReadPromoCode(typed)
	if !ok || !isID(eventID) {
		return nil, nil
	}
	c, err := s.store.PromoCode(ctx, eventID, code)
	if err != nil || !c.valid(s.now()) || c.usedUp() {
		return nil, err
	}
	stock, err := s.store.StockOf(ctx, eventID)
	if err != nil {
		return nil, err
	}
	o := &PromoOffer{Code: c.Code, Kind: c.Kind, Prices: []*PromoPrice{}}
	var types []string
	for _, k := range stock {
		listed := k.Visibility == contract.Public || len(c.TicketTypeIDs) > 0 || slices.Contains(also, k.TypeID)
		switch {
		case !k.OnSale || !c.applies(k):
		case c.Kind == Access:
			o.opened, types = append(o.opened, k.TypeID), append(types, k.TypeID)
		case listed:
			o.Prices, types = append(o.Prices, &PromoPrice{FullPrice: k.Price, Price: c.price(k.Price), typeID: k.TypeID}), append(types, k.TypeID)
		}
	}
	o.seats = s.seats(nil, types)
	for _, p := range o.Prices {
		p.seats = o.seats
	}
	return o, nil
}

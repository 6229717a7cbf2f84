package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// codeUse is a code that somebody uses or has used for an event.
type codeUse struct{ eventID, userID, code string }

// lockPromo locks codes and reads how often these people have used them; nil, without a question to the database, for none.
func lockPromo(ctx context.Context, tx pgx.Tx, uses []codeUse) (booking.PromoCodes, error) {
	if len(uses) == 0 {
		return nil, nil
	}
	var p db.LockPromoCodesParams
	var by db.UsesByParams
	for _, u := range uses {
		p.EventIds, p.Codes = append(p.EventIds, u.eventID), append(p.Codes, u.code)
		by.EventIds, by.UserIds = append(by.EventIds, u.eventID), append(by.UserIds, u.userID)
	}
	rows, err := in(tx).LockPromoCodes(ctx, p)
	if err != nil {
		return nil, err
	}
	codes := booking.PromoCodes{}
	counted := false
	for _, r := range rows {
		codes[booking.PromoKey(r.EventID, r.Code)] = toPromoCode(r)
		counted = counted || r.PerPerson != nil
	}
	if !counted {
		return codes, nil
	}
	used, err := in(tx).UsesBy(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, u := range used {
		if c := codes[booking.PromoKey(u.EventID, u.Code)]; c != nil {
			c.Count(u.UserID, u.Uses)
		}
	}
	return codes, nil
}

// usePromo writes what the domain has decided about the uses of codes.
func usePromo(ctx context.Context, tx pgx.Tx, codes booking.PromoCodes) error {
	var p db.UsePromoCodesParams
	for _, key := range slices.Sorted(maps.Keys(codes)) {
		if n := codes[key].Change(); n != 0 {
			p.Ids, p.Uses = append(p.Ids, codes[key].ID), append(p.Uses, n)
		}
	}
	if len(p.Ids) == 0 {
		return nil
	}
	n, err := in(tx).UsePromoCodes(ctx, p)
	if err == nil && int(n) != len(p.Ids) {
		err = errors.New("promo codes: the row refused uses that the domain had found free")
	}
	return err
}

// noteCodes writes the codes of new bookings and the prices without them.
func noteCodes(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	var codes []db.SetCodesParams
	var full []db.SetFullAmountParams
	for _, b := range list {
		if len(b.Codes) > 0 {
			codes = append(codes, db.SetCodesParams{ID: b.ID, Codes: b.Codes})
		}
		for n, i := range b.Items {
			if i.FullPrice != nil {
				full = append(full, db.SetFullAmountParams{BookingID: b.ID, Position: n, FullAmount: i.FullPrice.Amount})
			}
		}
	}
	if len(codes) == 0 {
		return nil
	}
	if err := each(in(tx).SetCodes(ctx, codes)); err != nil {
		return err
	}
	return each(in(tx).SetFullAmount(ctx, full))
}

// AddPromoCode implements booking.Store.
func (s *Store) AddPromoCode(ctx context.Context, claim booking.Claim, c *booking.PromoCode) (*booking.PromoCode, error) {
	answer, again, err := s.once(ctx, claim, func(tx pgx.Tx) ([]byte, error) {
		n, err := insertPromoCode(ctx, in(tx), c)
		if err == nil && n == 0 {
			err = errNameTaken
		}
		return []byte(c.ID), err
	})
	switch {
	case errors.Is(err, errNameTaken):
		return nil, nil
	case err != nil:
		return nil, err
	case !again:
		return c, nil
	}
	return s.PromoCodeByID(ctx, string(answer))
}

// errNameTaken leaves the key of a code free that another of its event stands in the way of.
var errNameTaken = errors.New("the event has a code of that name")

// PromoCodeByID implements booking.Store.
func (s *Store) PromoCodeByID(ctx context.Context, id string) (*booking.PromoCode, error) {
	row, err := s.read().PromoCodeByID(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	return toPromoCode(row), nil
}

// SeedPromoCode writes a code of the demo.
func (s *Store) SeedPromoCode(ctx context.Context, tx pgx.Tx, c *booking.PromoCode) error {
	_, err := insertPromoCode(ctx, in(tx), c)
	return err
}

func insertPromoCode(ctx context.Context, q *db.Queries, c *booking.PromoCode) (int64, error) {
	return q.InsertPromoCode(ctx, db.InsertPromoCodeParams{
		ID: c.ID, EventID: c.EventID, Code: c.Code, Kind: string(c.Kind), Value: c.Value, TicketTypeIds: append([]string{}, c.TicketTypeIDs...),
		MaxUses: c.MaxUses, PerPerson: c.PerPerson, ValidFrom: c.ValidFrom, ValidUntil: c.ValidUntil, Active: c.Active, CreatedAt: c.CreatedAt,
	})
}

// ChangePromoCode implements booking.Store.
func (s *Store) ChangePromoCode(ctx context.Context, claim booking.Claim, id string, change func(*booking.PromoCode) error) (*booking.PromoCode, error) {
	var c *booking.PromoCode
	_, again, err := s.once(ctx, claim, func(tx pgx.Tx) ([]byte, error) {
		row, err := in(tx).LockPromoCode(ctx, id)
		if err != nil {
			return nil, err
		}
		c = toPromoCode(row)
		if err := change(c); err != nil {
			return nil, err
		}
		return nil, in(tx).UpdatePromoCode(ctx, db.UpdatePromoCodeParams{
			ID: c.ID, TicketTypeIds: append([]string{}, c.TicketTypeIDs...), MaxUses: c.MaxUses, PerPerson: c.PerPerson,
			ValidFrom: c.ValidFrom, ValidUntil: c.ValidUntil, Active: c.Active,
		})
	})
	switch {
	case err != nil:
		return nil, err
	case again:
		return s.PromoCodeByID(ctx, id)
	}
	return c, nil
}

// PromoCodesOfEvent implements booking.Store.
func (s *Store) PromoCodesOfEvent(ctx context.Context, eventID, after string, limit int) ([]*booking.PromoCode, error) {
	rows, err := s.read().PromoCodesOfEvent(ctx, db.PromoCodesOfEventParams{EventID: eventID, After: after, AtMost: int32(limit)}) // at most page.MaxFirst + 1
	out := make([]*booking.PromoCode, len(rows))
	for i, r := range rows {
		out[i] = toPromoCode(r)
	}
	return out, pg.Translate(err)
}

// PromoCode implements booking.Store.
func (s *Store) PromoCode(ctx context.Context, eventID, code string) (*booking.PromoCode, error) {
	row, err := s.read().PromoCode(ctx, db.PromoCodeParams{EventID: eventID, Code: code})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	return toPromoCode(row), nil
}

// StockOf implements booking.Store.
func (s *Store) StockOf(ctx context.Context, eventID string) ([]*booking.Stock, error) {
	rows, err := s.read().StockOfEvents(ctx, []string{eventID})
	out := make([]*booking.Stock, len(rows))
	for i, r := range rows {
		out[i] = toStock(r.TicketType)
	}
	return out, pg.Translate(err)
}

func toPromoCode(r db.PromoCode) *booking.PromoCode {
	return &booking.PromoCode{
		ID: r.ID, EventID: r.EventID, Code: r.Code, Kind: booking.PromoKind(r.Kind), Value: r.Value, TicketTypeIDs: r.TicketTypeIds,
		MaxUses: r.MaxUses, PerPerson: r.PerPerson, ValidFrom: utc(r.ValidFrom), ValidUntil: utc(r.ValidUntil), Active: r.Active,
		Used: r.Used, CreatedAt: r.CreatedAt.UTC(),
	}
}

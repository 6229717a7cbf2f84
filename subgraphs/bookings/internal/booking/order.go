package booking

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
)

// maxItems is the most ticket types in one booking.
const maxItems = 20

// HoldSeatsInput is what a hold needs.
type HoldSeatsInput struct {
	EventID        string
	Items          []*HoldItemInput
	Codes          []string `json:",omitempty"`
	ConfirmIfFree  bool     `json:",omitempty"` // a booking that costs nothing is confirmed at once
	IdempotencyKey string   `json:"-"`
}

// HoldItemInput is how many of one ticket type to hold.
type HoldItemInput struct {
	TicketTypeID string
	Quantity     int
	SeatIDs      []string `json:",omitempty"` // none: the best available
	Accessible   bool     `json:",omitempty"` // accessible seats, where none are named
}

// Claim is a client's idempotency key with what it stands for.
type Claim struct {
	Scope   string // the operation and who asks
	Key     string
	Request any // compared by its JSON: another request under the key is refused
}

// Order is one attempt to hold seats. Many orders for one event can be decided together: each has its own outcome, Booking or Err.
type Order struct {
	Claim  Claim
	UserID string
	Input  HoldSeatsInput

	ID      string           // of the booking to be
	Promo   PromoCodes       // its codes under lock; set before Place
	Booking *Booking         // set by success
	Err     error            // set by refusal
	Tell    contract.Message // booking.held or, confirmed at once, booking.confirmed
}

// NewOrder checks the input as far as that goes without looking at the stock.
// Errors: EVENT_NOT_FOUND, INVALID_QUANTITY, INVALID_IDEMPOTENCY_KEY.
func NewOrder(userID string, in HoldSeatsInput) (*Order, error) {
	var all errs.List
	if err := checkKey(in.IdempotencyKey); err != nil {
		all = append(all, err)
	}
	if !isID(in.EventID) {
		all = append(all, errEventNotFound)
	}
	if n := len(in.Items); n < 1 || n > maxItems {
		all.Add(InvalidQuantity, fmt.Sprintf("A booking has 1 to %d kinds of ticket.", maxItems), "input", "items")
	}
	if len(in.Codes) > maxCodes {
		all.Add(InvalidCode, fmt.Sprintf("Use at most %d codes.", maxCodes), "input", "codes")
	}
	seen := map[string]bool{}
	for i, item := range in.Items {
		at := []string{"input", "items", strconv.Itoa(i)}
		if item.Quantity < 1 {
			all.Add(InvalidQuantity, "Take at least one.", append(at, "quantity")...)
		}
		if seen[item.TicketTypeID] {
			all.Add(InvalidQuantity, "Name each kind of ticket once.", append(at, "ticketTypeId")...)
		}
		seen[item.TicketTypeID] = true
		if n := len(item.SeatIDs); n > 0 && n != item.Quantity {
			all.Add(InvalidQuantity, "Name one seat for each ticket.", append(at, "seatIds")...)
		}
		for j, seatID := range item.SeatIDs {
			if slices.Contains(item.SeatIDs[:j], seatID) {
				all.Add(InvalidQuantity, "Name each seat once.", append(at, "seatIds", strconv.Itoa(j))...)
			}
		}
	}
	if err := all.Err(); err != nil {
		return nil, err
	}
	return &Order{
		Claim: Claim{Scope: "holdSeats " + userID, Key: in.IdempotencyKey, Request: in}, UserID: userID, Input: in,
		ID: id.New("bkg"),
	}, nil
}

// TypeIDs returns the ids of the ticket types the order asks for.
func (o *Order) TypeIDs() []string {
	ids := make([]string, 0, len(o.Input.Items))
	for _, i := range o.Input.Items {
		if isID(i.TicketTypeID) {
			ids = append(ids, i.TicketTypeID)
		}
	}
	return ids
}

// Place decides the order over the event and the stock as they are under lock: it takes the seats and sets Booking and Tell, or takes
// nothing and sets Err. taken is what people have already, as far as the stock limits that. The booking is held, or confirmed when it costs
// nothing, needs no answers first and the buyer wants that. show is nil for an unknown event.
// Errors: EVENT_NOT_FOUND, TICKET_TYPE_NOT_FOUND, CODE_REQUIRED, SALES_CLOSED, INVALID_QUANTITY, ADMISSION_REQUIRED, PER_PERSON_LIMIT,
// SOLD_OUT, SEAT_NOT_FOUND, SEAT_TAKEN, those of Order.redeem.
func (o *Order) Place(show *Show, stock Stocks, taken Taken, now time.Time) {
	if show == nil || show.Cancelled {
		o.Err = errEventNotFound
		return
	}
	var refused errs.List
	b := &Booking{
		ID: o.ID, Reference: NewReference(), UserID: o.UserID, EventID: show.ID, OrganizerID: show.OrganizerID, Status: Held,
		Revision: 1, ExpiresAt: now.Add(HoldFor), CreatedAt: now,
	}
	codes := o.redeem(&refused, show, stock, o.Promo, now)
	for i, want := range o.Input.Items {
		s := stock[want.TicketTypeID]
		if s != nil && s.EventID != show.ID {
			s = nil
		}
		if err := want.refuse(s, codes, now); err != nil {
			refused = append(refused, err.At(append([]string{"input", "items", strconv.Itoa(i)}, err.Field...)...))
			continue
		}
		item := want.item(s, codes)
		if err := item.seat(s, want); err != nil {
			refused = append(refused, err.At(append([]string{"input", "items", strconv.Itoa(i)}, err.Field...)...))
			continue
		}
		if err := b.add(item); err != nil {
			refused = append(refused, err.At("input", "items", strconv.Itoa(i)))
		}
	}
	if len(refused) == 0 {
		o.together(&refused, b, stock, taken)
	}
	if o.Err = refused.Err(); o.Err != nil {
		return
	}
	o.Booking = b
	taken.add(b, stock)
	stock.takeSeats(b)
	b.ask(show)
	for _, c := range codes {
		c.use(o.UserID, 1)
		b.Codes = append(b.Codes, c.Code)
	}
	if o.Input.ConfirmIfFree && b.Total.Amount == 0 && !b.AnswersMissing {
		stock.each(b.Items, (*Stock).seat)
		o.Tell = b.confirm("", show, now)
		return
	}
	stock.each(b.Items, (*Stock).hold)
	o.Tell = contract.BookingHeld{Booking: b.message(show), At: now}
}

// refuse returns why the stock cannot serve the wish, nil if it can.
func (w *HoldItemInput) refuse(s *Stock, codes []*PromoCode, now time.Time) *errs.Error {
	switch {
	case s == nil || !s.OnSale:
		return errs.New(TicketTypeNotFound, "There is no such ticket for this event.").At("ticketTypeId")
	case s.Visibility == contract.AccessCode && !unlocked(s, codes):
		return errs.New(CodeRequired, "This ticket is sold with a code only.").At("ticketTypeId")
	case s.SalesStart != nil && now.Before(*s.SalesStart):
		return errs.New(SalesClosed, "Sales of this ticket have not begun yet.").At("ticketTypeId")
	case !now.Before(s.SalesEnd):
		return errs.New(SalesClosed, "Sales of this ticket have ended.").At("ticketTypeId")
	case w.Quantity < s.MinPerOrder:
		return errs.New(InvalidQuantity, fmt.Sprintf("Take at least %d of this ticket.", s.MinPerOrder)).At("quantity")
	case w.Quantity > s.MaxPerOrder:
		return errs.New(InvalidQuantity, fmt.Sprintf("Take at most %d of this ticket in one booking.", s.MaxPerOrder)).At("quantity")
	case s.Free() < 1:
		return errs.New(SoldOut, "These tickets are sold out.").At("quantity")
	case w.Quantity > s.Free():
		return errs.New(SoldOut, fmt.Sprintf("Only %d of these tickets are left.", s.Free())).At("quantity")
	}
	return nil
}

// seat chooses the item's seats where its type has numbered ones.
func (i *Item) seat(s *Stock, want *HoldItemInput) (err *errs.Error) {
	switch {
	case s.Hall != nil:
		i.Seats, err = s.Hall.choose(want)
	case len(want.SeatIDs) > 0 || want.Accessible:
		err = errs.New(SeatNotFound, "These tickets have no numbered seats.").At("seatIds")
	}
	return err
}

// add appends an item and adds its price up.
func (b *Booking) add(item *Item) *errs.Error {
	price, err := item.UnitPrice.Times(item.Quantity)
	if err == nil && b.Total.Currency == "" {
		b.Total = money.Of(0, price.Currency)
	}
	if err == nil {
		price, err = b.Total.Plus(price)
	}
	if err != nil {
		return errs.New(InvalidQuantity, "These tickets cannot be paid together: book them one by one.").Because(err)
	}
	b.Total, b.Items = price, append(b.Items, item)
	return nil
}

// message is the booking as others need to know it.
func (b *Booking) message(show *Show) contract.Booking {
	m := contract.Booking{
		BookingID: b.ID, Revision: b.Revision, Reference: b.Reference, UserID: b.UserID, EventID: b.EventID,
		Codes: b.Codes, AnswersMissing: b.AnswersMissing, TotalAmount: b.Total.Amount, Currency: b.Total.Currency, HoldExpiresAt: b.ExpiresAt, OrganizerID: show.OrganizerID,
		EventTitle: show.Title, EventStartsAt: show.StartsAt, EventTimeZone: show.TimeZone, Venue: show.Venue,
	}
	for _, i := range b.Items {
		m.Items = append(m.Items, contract.BookingItem{
			TicketTypeID: i.TypeID, Name: i.Name, Quantity: i.Quantity, Returned: i.Returned, UnitAmount: i.UnitPrice.Amount, TaxRate: i.TaxRate, TaxName: i.TaxName, Seats: labels(i.Seats),
		})
		if i.FullPrice != nil {
			m.Items[len(m.Items)-1].FullAmount = i.FullPrice.Amount
		}
	}
	return m
}

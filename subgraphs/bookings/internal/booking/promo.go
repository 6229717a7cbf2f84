package booking

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/money"
)

// PromoKind is what a promo code does; the GraphQL enum of the name.
type PromoKind string

// The kinds of promo code.
const (
	PercentageOff PromoKind = "PERCENTAGE" // Value basis points of the price of each ticket
	AmountOff     PromoKind = "AMOUNT"     // Value minor units of the price of each ticket
	Access        PromoKind = "ACCESS"     // unlocks types with visibility ACCESS_CODE
)

// maxCodes is the most codes in one booking; one of them at most makes tickets cheaper.
const maxCodes = 2

// PromoCode makes tickets of an event cheaper or unlocks them.
type PromoCode struct {
	ID, EventID   string
	Code          string // in capitals
	Kind          PromoKind
	Value         int64
	TicketTypeIDs []string // none: all
	MaxUses       *int     // bookings; nil: any number
	PerPerson     *int     // bookings of one account; nil: any number
	ValidFrom     *time.Time
	ValidUntil    *time.Time
	Active        bool
	Used          int
	CreatedAt     time.Time

	usedBy int
	by     map[string]int // uses by user
}

// Change is by how much Used has changed since the code was read.
func (c *PromoCode) Change() int { return c.usedBy }

// Count notes that a person has used the code n times.
func (c *PromoCode) Count(userID string, n int) {
	if c.by == nil {
		c.by = map[string]int{}
	}
	c.by[userID] += n
}

func (c *PromoCode) use(userID string, n int) {
	c.Used, c.usedBy = c.Used+n, c.usedBy+n
	c.Count(userID, n)
}

// valid reports whether the code does anything now.
func (c *PromoCode) valid(now time.Time) bool {
	return c != nil && c.Active && (c.ValidFrom == nil || !now.Before(*c.ValidFrom)) && (c.ValidUntil == nil || now.Before(*c.ValidUntil))
}

func (c *PromoCode) usedUp() bool { return c.MaxUses != nil && c.Used >= *c.MaxUses }

func (c *PromoCode) usedUpBy(userID string) bool {
	return c.PerPerson != nil && c.by[userID] >= *c.PerPerson
}

// applies reports whether the code does something for the type.
func (c *PromoCode) applies(s *Stock) bool {
	if s == nil || len(c.TicketTypeIDs) > 0 && !slices.Contains(c.TicketTypeIDs, s.TypeID) {
		return false
	}
	return c.Kind != Access || s.Visibility == contract.AccessCode
}

// price is what one ticket costs with the code. A percentage is rounded to whole minor units, half a unit up in the buyer's favour; no
// price falls below 0.
func (c *PromoCode) price(full money.Money) money.Money {
	off := int64(0)
	switch c.Kind {
	case PercentageOff:
		whole, rest := full.Amount/10_000, full.Amount%10_000
		off = whole*c.Value + (rest*c.Value+5_000)/10_000
	case AmountOff:
		off = c.Value
	}
	return money.Of(max(full.Amount-off, 0), full.Currency)
}

// PromoCodes is codes under lock.
type PromoCodes map[string]*PromoCode // by event and code

// PromoKey is the key of a code in PromoCodes.
func PromoKey(eventID, code string) string { return eventID + "\x00" + code }

// ReadPromoCode brings a code as typed into the form it is kept in. ok is false when no code can look like this.
func ReadPromoCode(typed string) (code string, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(typed))
	if len(code) < 3 || len(code) > 40 {
		return "", false
	}
	for _, r := range code {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return "", false
		}
	}
	return code, true
}

// Codes returns the order's codes in the form they are kept in; what cannot be one is left out.
func (o *Order) Codes() []string {
	var codes []string
	for _, typed := range o.Input.Codes {
		if code, ok := ReadPromoCode(typed); ok && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// redeem returns the order's codes, or adds why they cannot be used. Who guesses learns nothing: a code that is not valid now is like
// one that does not exist. Errors: INVALID_CODE, CODE_USED_UP, CODE_ALREADY_USED, CODE_NOT_APPLICABLE.
func (o *Order) redeem(refused *errs.List, show *Show, stock Stocks, codes PromoCodes, now time.Time) []*PromoCode {
	var out []*PromoCode
	discounts := 0
	for i, typed := range o.Input.Codes {
		at := []string{"input", "codes", strconv.Itoa(i)}
		code, _ := ReadPromoCode(typed)
		c := codes[PromoKey(show.ID, code)]
		switch {
		case !c.valid(now):
			refused.Add(InvalidCode, "This code is not valid.", at...)
			continue
		case slices.Contains(out, c):
			continue
		case c.usedUp():
			refused.Add(CodeUsedUp, "This code has been used up.", at...)
		case c.usedUpBy(o.UserID):
			refused.Add(CodeAlreadyUsed, "You have used this code already.", at...)
		case !slices.ContainsFunc(o.Input.Items, func(w *HoldItemInput) bool { return c.applies(stock[w.TicketTypeID]) }):
			refused.Add(CodeNotApplicable, "This code is for other tickets.", at...)
		}
		if c.Kind != Access {
			if discounts++; discounts > 1 {
				refused.Add(CodeNotApplicable, "Only one discount can be used in a booking.", at...)
			}
		}
		out = append(out, c)
	}
	return out
}

// unlocked reports whether one of the codes unlocks the type.
func unlocked(s *Stock, codes []*PromoCode) bool {
	return slices.ContainsFunc(codes, func(c *PromoCode) bool { return c.Kind == Access && c.applies(s) })
}

// item is the order's item of a type at the price that the codes make.
func (w *HoldItemInput) item(s *Stock, codes []*PromoCode) *Item {
	item := &Item{TypeID: s.TypeID, Name: s.Name, Quantity: w.Quantity, UnitPrice: s.Price, TaxRate: s.TaxRate, TaxName: s.TaxName}
	for _, c := range codes {
		if price := c.price(s.Price); c.applies(s) && price != s.Price {
			item.UnitPrice, item.FullPrice = price, &s.Price
		}
	}
	return item
}

// codes calls f with each code of the booking.
func (w *Work) codes(f func(c *PromoCode)) {
	for _, code := range w.Booking.Codes {
		if c := w.Promo[PromoKey(w.Booking.EventID, code)]; c != nil {
			f(c)
		}
	}
}

// useCodes counts n more uses of the booking's codes.
func (w *Work) useCodes(n int) { w.codes(func(c *PromoCode) { c.use(w.Booking.UserID, n) }) }

// usable reports whether the booking's codes can be used once more.
func (w *Work) usable() bool {
	ok := true
	w.codes(func(c *PromoCode) { ok = ok && !c.usedUp() && !c.usedUpBy(w.Booking.UserID) })
	return ok
}

package booking

import (
	"unicode"
	"unicode/utf8"

	"marquee/internal/errs"
)

// Reasons for refusals; the values of the mutations' GraphQL enums.
const (
	EventNotFound         errs.Code = "EVENT_NOT_FOUND"
	TicketTypeNotFound    errs.Code = "TICKET_TYPE_NOT_FOUND"
	SoldOut               errs.Code = "SOLD_OUT"
	PerPersonLimit        errs.Code = "PER_PERSON_LIMIT"
	AdmissionRequired     errs.Code = "ADMISSION_REQUIRED"
	InvalidCode           errs.Code = "INVALID_CODE"
	CodeUsedUp            errs.Code = "CODE_USED_UP"
	CodeAlreadyUsed       errs.Code = "CODE_ALREADY_USED"
	CodeNotApplicable     errs.Code = "CODE_NOT_APPLICABLE"
	CodeTaken             errs.Code = "CODE_TAKEN"
	PromoCodeNotFound     errs.Code = "PROMO_CODE_NOT_FOUND"
	CodeRequired          errs.Code = "CODE_REQUIRED"
	AlreadyExtended       errs.Code = "ALREADY_EXTENDED"
	SalesClosed           errs.Code = "SALES_CLOSED"
	InvalidQuantity       errs.Code = "INVALID_QUANTITY"
	InvalidIdempotencyKey errs.Code = "INVALID_IDEMPOTENCY_KEY"
	BookingNotFound       errs.Code = "BOOKING_NOT_FOUND"
	HoldExpired           errs.Code = "HOLD_EXPIRED"
	PaymentRequired       errs.Code = "PAYMENT_REQUIRED"
	NotHeld               errs.Code = "NOT_HELD"
	AlreadyEnded          errs.Code = "ALREADY_ENDED"
	TooLate               errs.Code = "TOO_LATE"
	DeadlinePassed        errs.Code = "REFUND_DEADLINE_PASSED"
	NotRefundable         errs.Code = "NOT_REFUNDABLE"
	QuoteChanged          errs.Code = "QUOTE_CHANGED"
	TicketNotFound        errs.Code = "TICKET_NOT_FOUND"
	AlreadyCheckedIn      errs.Code = "ALREADY_CHECKED_IN"
	TicketVoid            errs.Code = "TICKET_VOID"
	TicketReplaced        errs.Code = "TICKET_REPLACED"
	TicketForged          errs.Code = "TICKET_FORGED"
	WrongEvent            errs.Code = "WRONG_EVENT"
	NotCheckedIn          errs.Code = "NOT_CHECKED_IN"
	AnswersRequired       errs.Code = "ANSWERS_REQUIRED"
	InvalidAnswer         errs.Code = "INVALID_ANSWER"
	QuestionNotFound      errs.Code = "QUESTION_NOT_FOUND"
	GuestNotFound         errs.Code = "GUEST_NOT_FOUND"
	InvalidName           errs.Code = "INVALID_NAME"
	InvalidEmail          errs.Code = "INVALID_EMAIL"
)

// idempotencyKeyReused is what the store answers to a key that came with another request before.
const idempotencyKeyReused errs.Code = "IDEMPOTENCY_KEY_REUSED"

var (
	errEventNotFound   = errs.New(EventNotFound, "There is no such event.").At("input", "eventId")
	errBookingNotFound = errs.New(BookingNotFound, "There is no such booking of yours.").At("input", "bookingId")
)

// checkKey returns INVALID_IDEMPOTENCY_KEY unless the key has 8 to 200 printable characters.
func checkKey(key string) *errs.Error {
	if n := utf8.RuneCountInString(key); n < 8 || n > 200 || !plain(key) {
		return errs.New(InvalidIdempotencyKey, "An idempotency key has 8 to 200 printable characters.").At("input", "idempotencyKey")
	}
	return nil
}

// plain reports whether the text is valid UTF-8 without control characters: fit for a database and for people.
func plain(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}

// isID reports whether the text can be an id at all; anything else is simply not found.
func isID(s string) bool { return s != "" && len(s) <= 100 && plain(s) }

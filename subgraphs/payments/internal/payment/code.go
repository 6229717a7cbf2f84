package payment

import "marquee/internal/errs"

// Codes of the mutations' userErrors.
const (
	BookingNotFound       errs.Code = "BOOKING_NOT_FOUND"
	HoldExpired           errs.Code = "HOLD_EXPIRED"
	AlreadyPaid           errs.Code = "ALREADY_PAID"
	NotPayable            errs.Code = "NOT_PAYABLE"
	AnswersRequired       errs.Code = "ANSWERS_REQUIRED"
	InvalidCard           errs.Code = "INVALID_CARD"
	CardDeclined          errs.Code = "CARD_DECLINED"
	ProviderUnavailable   errs.Code = "PROVIDER_UNAVAILABLE"
	InvalidIdempotencyKey errs.Code = "INVALID_IDEMPOTENCY_KEY"
	IdempotencyKeyReused  errs.Code = "IDEMPOTENCY_KEY_REUSED"
	PaymentNotFound       errs.Code = "PAYMENT_NOT_FOUND"
	NotRefundable         errs.Code = "NOT_REFUNDABLE"
	InvalidAmount         errs.Code = "INVALID_AMOUNT"
	ProviderNotConfigured errs.Code = "PROVIDER_NOT_CONFIGURED"
	InvalidPaymentMethod  errs.Code = "INVALID_PAYMENT_METHOD"
	InvalidReturnURL      errs.Code = "INVALID_RETURN_URL"
)

var (
	errBookingNotFound = errs.New(BookingNotFound, "You have no such booking.").At("input", "bookingId")
	errAlreadyPaid     = errs.New(AlreadyPaid, "This booking is paid, or a payment is under way.").At("input", "bookingId")
	errPaymentNotFound = errs.New(PaymentNotFound, "There is no such payment of your events.").At("input", "paymentId")
	errKeyReused       = errs.New(IdempotencyKeyReused, "This key was used for another request; take a new one.").At("input", "idempotencyKey")
)

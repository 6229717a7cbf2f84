package errs

import "errors"

// EnumCode is what gqlgen generates for a GraphQL enum of error codes.
type EnumCode interface {
	~string
	IsValid() bool
}

// UserErrors splits what a use case returned: coded errors whose code is a value of the mutation's own enum become the payload's
// userErrors; any other error is returned as it is and becomes a top-level GraphQL error. T is the generated type of the mutation's
// user errors. The list is never nil, so that `userErrors: [X!]!` holds.
//
//	booking, err := r.bookings.Hold(ctx, input)
//	userErrors, err := errs.UserErrors[model.HoldSeatsUserError, model.HoldSeatsErrorCode](err)
//	return &model.HoldSeatsPayload{Booking: booking, UserErrors: userErrors}, err
func UserErrors[T ~struct {
	Field   []string `json:"field,omitempty"`
	Message string   `json:"message"`
	Code    C        `json:"code"`
}, C EnumCode](err error) ([]*T, error) {
	out := []*T{}
	if err == nil {
		return out, nil
	}
	var all List
	var one *Error
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = List{one}
	default:
		return out, err
	}
	for _, e := range all {
		code := C(e.Code)
		if !code.IsValid() {
			return []*T{}, err
		}
		user := T{Field: e.Field, Message: e.Message, Code: code}
		out = append(out, &user)
	}
	return out, nil
}

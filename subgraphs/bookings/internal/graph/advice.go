package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph/generated"
	"marquee/subgraphs/bookings/internal/graph/model"
)

// HoldSeatsUserError resolves what is added to refusals of holdSeats.
func (r *Resolver) HoldSeatsUserError() generated.HoldSeatsUserErrorResolver {
	return &holdSeatsUserErrorResolver{r}
}

type holdSeatsUserErrorResolver struct{ *Resolver }

// asked returns the input of the holdSeats that the field belongs to.
func asked(ctx context.Context) (booking.HoldSeatsInput, error) {
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if in, ok := f.Args["input"].(booking.HoldSeatsInput); ok {
			return in, nil
		}
	}
	return booking.HoldSeatsInput{}, errors.New("a refusal of no holdSeats")
}

// advice asks for what to do after a refusal of the holdSeats that the field belongs to.
func (r *holdSeatsUserErrorResolver) advice(ctx context.Context, e *model.HoldSeatsUserError) (booking.Advice, error) {
	in, err := asked(ctx)
	if err != nil {
		return booking.Advice{}, err
	}
	return r.Office.Advise(ctx, in, errs.Code(e.Code))
}

// refusals splits what holdSeats returned into its user errors and the rest; what is added to them is resolved when it is asked for.
func refusals(err error) ([]*model.HoldSeatsUserError, error) {
	type userError struct {
		Field   []string                 `json:"field,omitempty"`
		Message string                   `json:"message"`
		Code    model.HoldSeatsErrorCode `json:"code"`
	}
	found, err := errs.UserErrors[userError](err)
	out := make([]*model.HoldSeatsUserError, len(found))
	for i, e := range found {
		out[i] = &model.HoldSeatsUserError{Field: e.Field, Message: e.Message, Code: e.Code}
	}
	return out, err
}

// Package graphql is what every subgraph's GraphQL server has in common: the scalars, the handler with its limits, and the way errors
// leave it.
package graphql

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	gql "github.com/99designs/gqlgen/graphql"

	"marquee/internal/money"
)

// MarshalDateTime writes an instant as RFC 3339 with nanoseconds where there are some.
func MarshalDateTime(t time.Time) gql.Marshaler {
	return gql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(t.Format(time.RFC3339Nano))) })
}

// UnmarshalDateTime reads RFC 3339 text. A year outside 1 to 9999 or anything else is an error.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, fmt.Errorf("a DateTime is RFC 3339 text")
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("a DateTime is RFC 3339 text, for example 2027-03-28T19:30:00+02:00")
	}
	return t, nil
}

// MarshalMinorUnits writes a whole number.
func MarshalMinorUnits(n int64) gql.Marshaler {
	return gql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(n, 10)) })
}

// UnmarshalMinorUnits reads a whole number of at most money.Max in size.
func UnmarshalMinorUnits(v any) (int64, error) {
	var n int64
	var err error
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	case json.Number:
		n, err = strconv.ParseInt(string(v), 10, 64)
	default:
		err = fmt.Errorf("not a number")
	}
	if err != nil || n > money.Max || n < -money.Max {
		return 0, fmt.Errorf("an amount is a whole number of minor units, at most %d", int64(money.Max))
	}
	return n, nil
}

// MarshalCurrencyCode writes a currency code.
func MarshalCurrencyCode(c string) gql.Marshaler { return gql.MarshalString(c) }

// UnmarshalCurrencyCode reads three capital letters.
func UnmarshalCurrencyCode(v any) (string, error) {
	s, ok := v.(string)
	if !ok || !money.IsCurrency(s) {
		return "", fmt.Errorf("a currency is an ISO 4217 code, for example EUR")
	}
	return s, nil
}

// Package page holds keyset pagination: how many, after which opaque cursor, and the Relay connection that comes back.
// A store reads First+1 rows after the cursor; New cuts the extra row off and knows from it whether there is a next page.
package page

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"marquee/internal/errs"
)

// MaxFirst is the largest page.
const MaxFirst = 100

// Args is a checked request for a page.
type Args struct {
	First int   // 1 to MaxFirst
	After []any // the sort values of the last row seen, as the store put them into Cursor; nil at the start
}

// Limit is how many rows the store reads: one more than asked, to know whether there is a next page.
func (a Args) Limit() int { return a.First + 1 }

// Parse checks the arguments of a connection. want is how many values a cursor of this list has.
// Anything else is INVALID_INPUT.
func Parse(first int, after *string, want int) (Args, error) {
	if first < 1 || first > MaxFirst {
		return Args{}, errs.New(errs.InvalidInput, fmt.Sprintf("first must be between 1 and %d", MaxFirst)).At("first")
	}
	a := Args{First: first}
	if after == nil {
		return a, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*after)
	if err == nil {
		err = json.Unmarshal(raw, &a.After)
	}
	if err != nil || len(a.After) != want || slices.ContainsFunc(a.After, hasNUL) {
		return Args{}, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
	}
	return a, nil
}

// hasNUL reports a text that PostgreSQL cannot take: no row has it, so no cursor of ours has.
func hasNUL(v any) bool {
	s, ok := v.(string)
	return ok && strings.ContainsRune(s, 0)
}

// String returns the i-th cursor value as text; ok is false if it is none.
func (a Args) String(i int) (s string, ok bool) {
	s, ok = a.After[i].(string)
	return s, ok
}

// Cursor encodes the sort values of a row. Times go in as RFC 3339 text with nanoseconds.
func Cursor(values ...any) string {
	raw, err := json.Marshal(values)
	if err != nil {
		panic("page: cursor values must be plain: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Info is the GraphQL type PageInfo.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is one row with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Connection is one page of a list.
type Connection[T any] struct {
	Edges    []*Edge[T]
	PageInfo *Info
}

// Nodes returns the rows without their cursors.
func (c *Connection[T]) Nodes() []T {
	out := make([]T, len(c.Edges))
	for i, e := range c.Edges {
		out[i] = e.Node
	}
	return out
}

// New makes a connection from what the store read: at most a.Limit() rows in order, each with its cursor.
func New[T any](a Args, rows []T, cursor func(T) string) *Connection[T] {
	c := &Connection[T]{PageInfo: &Info{HasNextPage: len(rows) > a.First, HasPreviousPage: a.After != nil}, Edges: []*Edge[T]{}}
	if len(rows) > a.First {
		rows = rows[:a.First]
	}
	for _, r := range rows {
		c.Edges = append(c.Edges, &Edge[T]{Cursor: cursor(r), Node: r})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c
}

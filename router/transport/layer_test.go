package transport_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/router/transport"
)

// script is a transport that answers by function and counts.
type script struct {
	n  int
	do func(n int, r *transport.Request) (*transport.Response, error)
}

func (s *script) Do(_ context.Context, r *transport.Request) (*transport.Response, error) {
	s.n++
	return s.do(s.n, r)
}

func (s *script) Subscribe(context.Context, *transport.Request) (transport.Stream, error) {
	return nil, &transport.Error{Code: transport.CodeUnreachable, Err: errors.New("no streams")}
}

func unreachable(unsent bool) error {
	return &transport.Error{Code: transport.CodeUnreachable, Unsent: unsent, Err: errors.New("down")}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind   transport.OperationKind
		status int
		err    error
		tries  int
	}{
		"query, unreachable":            {transport.Query, 0, unreachable(false), 3},
		"query, 503":                    {transport.Query, 503, nil, 3},
		"query, 500":                    {transport.Query, 500, nil, 1},
		"query, 429":                    {transport.Query, 429, nil, 1},
		"query, timeout":                {transport.Query, 0, &transport.Error{Code: transport.CodeTimeout, Err: errors.New("late")}, 1},
		"mutation, perhaps sent":        {transport.Mutation, 0, unreachable(false), 1},
		"mutation, certainly not sent":  {transport.Mutation, 0, unreachable(true), 3},
		"mutation, 503":                 {transport.Mutation, 503, nil, 1},
		"query, other subgraph failure": {transport.Query, 0, &transport.Error{Code: transport.CodeTooLarge, Err: errors.New("x")}, 1},
	} {
		s := &script{do: func(int, *transport.Request) (*transport.Response, error) {
			if c.err != nil {
				return nil, c.err
			}
			return &transport.Response{Status: c.status}, nil
		}}
		w := transport.Stack(s, transport.Retry(transport.RetryOptions{Backoff: 1}))
		_, _ = w.Do(t.Context(), &transport.Request{Kind: c.kind})
		if s.n != c.tries {
			t.Errorf("%s: %d tries, want %d", name, s.n, c.tries)
		}
	}
}

func TestRetryBudget(t *testing.T) {
	t.Parallel()
	s := &script{do: func(int, *transport.Request) (*transport.Response, error) { return nil, unreachable(true) }}
	w := transport.Stack(s, transport.Retry(transport.RetryOptions{Backoff: 1, Budget: 0.2}))
	const requests = 200
	for range requests {
		_, _ = w.Do(t.Context(), &transport.Request{})
	}
	// The reserve of ten, and a fifth.
	if limit := requests + 10 + requests/5; s.n > limit || s.n <= requests {
		t.Errorf("%d requests became %d, limit %d", requests, s.n, limit)
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	down := true
	changes := make(chan bool, 10)
	s := &script{do: func(int, *transport.Request) (*transport.Response, error) {
		if down {
			return nil, unreachable(true)
		}
		return &transport.Response{Status: 200}, nil
	}}
	w := transport.Stack(s, transport.Breaker(transport.BreakerOptions{
		Minimum: 5, Open: 20 * time.Millisecond, Trials: 1, OnChange: func(open bool) { changes <- open },
	}))
	for range 50 {
		_, _ = w.Do(t.Context(), &transport.Request{})
	}
	if s.n >= 50 || !<-changes {
		t.Fatalf("%d of 50 requests got through", s.n)
	}
	if _, err := w.Do(t.Context(), &transport.Request{}); code(err) != transport.CodeUnreachable {
		t.Fatal(err)
	}
	if _, err := w.Subscribe(t.Context(), &transport.Request{}); code(err) != transport.CodeUnreachable {
		t.Fatal(err)
	}
	down = false
	for {
		if _, err := w.Do(t.Context(), &transport.Request{}); err == nil {
			break
		}
		time.Sleep(time.Millisecond) // until the trial period
	}
	if <-changes {
		t.Error("want closed again")
	}
}

func TestAuthorize(t *testing.T) {
	t.Parallel()
	var seen []string
	s := &script{do: func(_ int, r *transport.Request) (*transport.Response, error) {
		seen = append(seen, r.Header.Get("Authorization")+" "+r.Header.Get("X-Tenant"))
		return &transport.Response{Status: 200}, nil
	}}
	made := 0
	w := transport.Stack(s, transport.Authorize(transport.SubgraphAuthorizerFunc(func(subgraph string, subject *transport.Subject) (string, error) {
		made++
		if subgraph == "broken" {
			return "", errors.New("no key")
		}
		id := "anonymous"
		if subject != nil {
			id = subject.ID
		}
		return subgraph + "." + id, nil
	})))
	alice := &transport.Subject{ID: "alice", Roles: []string{"USER"}}
	header := http.Header{"X-Tenant": {"t1"}, "Authorization": {"Bearer of the client"}}
	for _, r := range []*transport.Request{
		{Subgraph: "users", Subject: alice, Header: header},
		{Subgraph: "users", Subject: &transport.Subject{ID: "alice", Roles: []string{"USER"}}, Header: header},
		{Subgraph: "events", Subject: alice},
		{Subgraph: "users", Subject: &transport.Subject{ID: "alice", Roles: []string{"ADMIN"}}},
		{Subgraph: "users"},
	} {
		if _, err := w.Do(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	want := "Bearer users.alice t1|Bearer users.alice t1|Bearer events.alice |Bearer users.alice |Bearer users.anonymous "
	if got := strings.Join(seen, "|"); got != want {
		t.Errorf("seen %s", got)
	}
	if made != 4 {
		t.Errorf("%d tokens made, want 4: one per subgraph and subject", made)
	}
	if header.Get("Authorization") != "Bearer of the client" {
		t.Error("the request's header was modified")
	}
	if _, err := w.Do(t.Context(), &transport.Request{Subgraph: "broken"}); code(err) != transport.CodeUnauthorized {
		t.Error(err)
	}
}

func TestSubjectKeysAreUnambiguous(t *testing.T) {
	t.Parallel()
	list := []*transport.Subject{
		nil,
		{ID: "a"},
		{ID: "a", SessionID: "b"},
		{ID: "ab"},
		{ID: "a", Roles: []string{"b"}},
		{ID: "a", Scopes: []string{"b"}},
		{ID: "a", Roles: []string{"b", "c"}},
		{ID: "a", Roles: []string{"b c"}},
		{ID: "a", Roles: []string{"b"}, Scopes: []string{"c"}},
		{ID: "1:a"},
	}
	for i, a := range list {
		for j, b := range list {
			if (a.Key() == b.Key()) != (i == j) || a.Equal(b) != (i == j) {
				t.Errorf("%+v and %+v", a, b)
			}
		}
	}
}

func TestTableAndTurns(t *testing.T) {
	t.Parallel()
	answer := func(int, *transport.Request) (*transport.Response, error) {
		return &transport.Response{Status: 200}, nil
	}
	a, b := &script{do: answer}, &script{do: answer}
	table := transport.Table{"s": transport.Balance(a, b)}
	for range 10 {
		if _, err := table.Do(t.Context(), &transport.Request{Subgraph: "s"}); err != nil {
			t.Fatal(err)
		}
	}
	if a.n != 5 || b.n != 5 {
		t.Errorf("%d and %d", a.n, b.n)
	}
	if _, err := table.Do(t.Context(), &transport.Request{Subgraph: "x"}); code(err) != transport.CodeUnknown {
		t.Error(err)
	}
	if _, err := table.Subscribe(t.Context(), &transport.Request{Subgraph: "x"}); code(err) != transport.CodeUnknown {
		t.Error(err)
	}
}

package transport_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
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
		w := transport.Stack(s, transport.Retry(transport.RetryOptions{Backoff: 1, Budget: 2}))
		_, _ = w.Do(t.Context(), &transport.Request{Kind: c.kind})
		if s.n != c.tries {
			t.Errorf("%s: %d tries, want %d", name, s.n, c.tries)
		}
	}
}

// TestRetryBudget: in no run of n requests, however short and wherever it begins, are more than a fifth of them sent
// again, rounded up, whatever fails.
func TestRetryBudget(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(request, attempt int) bool{
		"all":              func(int, int) bool { return true },
		"every second":     func(_, attempt int) bool { return attempt%2 == 0 },
		"after a good run": func(request, _ int) bool { return request > 100 },
		"now and then":     func(request, _ int) bool { return request%17 < 6 },
		"first attempts":   func(request, _ int) bool { return request%4 == 0 },
	} {
		sent, request := []int{}, 0
		s := &script{do: func(n int, _ *transport.Request) (*transport.Response, error) {
			sent[request]++
			if fails(request, n) {
				return nil, unreachable(true)
			}
			return &transport.Response{Status: http.StatusOK}, nil
		}}
		w := transport.Stack(s, transport.Retry(transport.RetryOptions{Attempts: 4, Backoff: 1}))
		for request = range 300 {
			sent = append(sent, 0)
			_, _ = w.Do(t.Context(), &transport.Request{})
		}
		for from := range sent {
			retries := 0
			for to := from; to < len(sent); to++ {
				retries += sent[to] - 1
				if n := to - from + 1; retries > (n+4)/5 {
					t.Fatalf("%s: %d requests from the %dth on were sent again %d times", name, n, from, retries)
				}
			}
		}
		if s.n < len(sent)*11/10 {
			t.Errorf("%s: %d requests became only %d", name, len(sent), s.n)
		}
	}
}

// TestBackoffIsBounded: many attempts neither overflow the pause nor make it longer than said.
func TestBackoffIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const attempts = 80
		s := &script{do: func(int, *transport.Request) (*transport.Response, error) { return nil, unreachable(true) }}
		w := transport.Stack(s, transport.Retry(transport.RetryOptions{
			Attempts: attempts, Backoff: time.Millisecond, MaxBackoff: 8 * time.Millisecond, Budget: attempts,
		}))
		begun := time.Now()
		_, _ = w.Do(t.Context(), &transport.Request{})
		took := time.Since(begun)
		most := (1 + 2 + 4 + (attempts-4)*8) * time.Millisecond
		if s.n != attempts || took > most || took < most/2 {
			t.Errorf("%d attempts within %s, want %d within %s to %s", s.n, took, attempts, most/2, most)
		}
	})
}

// TestLeavingCallersSayNothing: callers that go away neither keep a circuit closed that fails otherwise, nor open one,
// nor use up the trials of one that is open.
func TestLeavingCallersSayNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var end error
		open := false
		s := &script{do: func(int, *transport.Request) (*transport.Response, error) {
			return &transport.Response{Status: http.StatusOK}, end
		}}
		w := transport.Stack(s, transport.Breaker(transport.BreakerOptions{Minimum: 10, Open: time.Second, OnChange: func(o bool) { open = o }}))
		ask := func(n int, err error) {
			for range n {
				end = err
				_, _ = w.Do(t.Context(), &transport.Request{})
			}
		}
		left := &transport.Error{Code: transport.CodeCancelled, Err: context.Canceled}
		ask(100, left)
		ask(9, unreachable(false))
		if open {
			t.Fatal("open after nine failures of ten that are needed")
		}
		ask(1, unreachable(false))
		if !open {
			t.Fatal("closed after ten failures: leaving callers counted as successes")
		}
		time.Sleep(time.Second + 1)
		before := s.n
		ask(50, left)
		if !open || s.n != before+50 {
			t.Fatalf("open %t, %d of 50 trials were let through that say nothing", open, s.n-before)
		}
		ask(2, nil)
		if !open {
			t.Fatal("closed after two trials")
		}
		ask(1, nil)
		if open {
			t.Fatal("open after three good trials")
		}
	})
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

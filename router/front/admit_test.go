package front

import (
	"context"
	"testing"
)

func TestAdmission(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel() // a request that cannot wait
	a := newAdmission(10)
	var leave []func()
	for range 9 {
		l, f := a.admit(gone, Query)
		if f != nil {
			t.Fatal(f.Errors)
		}
		leave = append(leave, l)
	}
	if _, f := a.admit(gone, Query); f == nil || f.Code() != CodeOverloaded || f.Header.Get("Retry-After") == "" || f.Status != 503 {
		t.Fatalf("the tenth query takes the mutations' place: %+v", f)
	}
	l, f := a.admit(gone, Mutation)
	if f != nil {
		t.Fatal("no room is kept for mutations")
	}
	leave = append(leave, l)
	if _, f := a.admit(gone, Mutation); f == nil {
		t.Fatal("eleven at once")
	}

	in := make(chan func())
	go func() {
		l, f := a.admit(t.Context(), Query)
		if f != nil {
			l = nil
		}
		in <- l
	}()
	leave[0]()
	if leave[0] = <-in; leave[0] == nil {
		t.Fatal("a waiting query is not let in")
	}

	for range cap(a.waiting) {
		a.waiting <- struct{}{}
	}
	if _, f := a.admit(t.Context(), Query); f == nil {
		t.Fatal("one more waits than may")
	}
	for _, l := range leave {
		l()
	}
	if len(a.all) != 0 || len(a.queries) != 0 {
		t.Errorf("%d and %d are still in", len(a.all), len(a.queries))
	}
	if l, f := newAdmission(-1).admit(gone, Query); f != nil || l == nil {
		t.Error("without a limit everybody may")
	}
}

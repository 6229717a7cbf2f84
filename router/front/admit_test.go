package front

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// pressed is an admission of n operations whose pressure is told.
func pressed(n int, high *bool) *admission {
	a := newAdmission(n, true)
	a.pressure = func(time.Time) bool { return *high }
	return a
}

// let lets n operations in that must not wait.
func let(t *testing.T, a *admission, kind Kind, n int) (leave []func()) {
	t.Helper()
	gone, cancel := context.WithCancel(t.Context())
	cancel() // a request that cannot wait
	for i := range n {
		l, f := a.admit(gone, kind)
		if f != nil {
			t.Fatalf("%s %d of %d is refused: %v", kind, i+1, n, f.Errors)
		}
		leave = append(leave, l)
	}
	return leave
}

func refused(t *testing.T, a *admission, kind Kind) {
	t.Helper()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, f := a.admit(gone, kind); f == nil || f.Code() != CodeOverloaded || f.Header.Get("Retry-After") == "" || f.Status != 503 {
		t.Fatalf("one more %s: %+v", kind, f)
	}
}

func TestAdmission(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		high := false
		a := pressed(10, &high)
		leave := let(t, a, Query, 9)
		refused(t, a, Query) // the tenth place is the mutations'
		leave = append(leave, let(t, a, Mutation, 1)...)
		refused(t, a, Mutation)

		in := make(chan Kind, 20)
		for _, kind := range []Kind{Query, Query, Mutation} {
			go func() {
				if _, f := a.admit(t.Context(), kind); f == nil {
					in <- kind
				}
			}()
			synctest.Wait()
		}
		leave[0]()
		if kind := <-in; kind != Mutation {
			t.Fatalf("a %s comes before the mutation that waits", kind)
		}
		leave[1]()
		leave[2]()
		if a, b := <-in, <-in; a != Query || b != Query {
			t.Fatal("waiting queries are not let in")
		}

		for range 10 { // all that may wait
			go func() { _, _ = a.admit(t.Context(), Query) }()
		}
		synctest.Wait()
		begun := time.Now()
		if _, f := a.admit(t.Context(), Query); f == nil || time.Since(begun) > 0 {
			t.Fatal("one more waits than may")
		}
		time.Sleep(admitWait)
		synctest.Wait()
		if a.waiting[1].count != 0 || len(a.waiting[1].turns) != 0 || a.running != 10 || a.queries != 8 {
			t.Fatalf("%d wait, %d of them kept; %d run, %d queries", a.waiting[1].count, len(a.waiting[1].turns), a.running, a.queries)
		}
		if l, f := newAdmission(-1, true).admit(t.Context(), Query); f != nil || l == nil {
			t.Error("without a limit everybody may")
		}
	})
}

// TestAdmissionUnderPressure: fewer queries run at once while the process is under pressure, never fewer than a floor,
// mutations as many as ever; and as many as ever once it is over.
func TestAdmissionUnderPressure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 100_000
		high := false
		a := pressed(most, &high)
		least := admitLeast * runtime.GOMAXPROCS(0)
		leave := let(t, a, Query, 10*least)
		high = true
		time.Sleep(admitTick)
		refused(t, a, Query)
		if a.limit != 8*least {
			t.Errorf("%d at once after %d", a.limit, 10*least)
		}
		leave = append(leave, let(t, a, Mutation, 10*least)...)
		for _, l := range leave {
			l()
		}
		for range 100 {
			time.Sleep(admitTick)
			_ = let(t, a, Mutation, 1)
		}
		if a.limit != least || a.room != 8*least {
			t.Fatalf("%d at once and %d may wait under lasting pressure, want %d and %d", a.limit, a.room, least, 8*least)
		}
		_ = let(t, a, Query, least)
		refused(t, a, Query)
		high = false
		time.Sleep(admitTick)
		_ = let(t, a, Query, 1) // one tick's more
		time.Sleep(100 * admitTick)
		_ = let(t, a, Query, 10*least)
		if a.limit != most || a.room != most {
			t.Fatalf("%d at once and %d may wait after the pressure", a.limit, a.room)
		}
	})
}

// TestPressureIsMeasured: more work than processors, and only that, is pressure.
func TestPressureIsMeasured(t *testing.T) {
	p := newPressure()
	p.high(time.Now())
	<-time.After(admitTick)
	if p.high(time.Now()) {
		t.Fatal("a process that sleeps is under pressure")
	}
	stop := make(chan struct{})
	defer close(stop)
	for range 200 * runtime.GOMAXPROCS(0) {
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
					runtime.Gosched()
				}
				for begun := time.Now(); time.Since(begun) < time.Millisecond; {
				}
			}
		}()
	}
	for until := time.Now().Add(20 * time.Second); !p.high(time.Now()); {
		if time.Now().After(until) {
			t.Fatal("a process with 200 times more work than it can do is not under pressure")
		}
		<-time.After(4 * admitTick)
	}
}

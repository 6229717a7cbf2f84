package gateway

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The test binary is started again as the processes of a measurement.
func TestMain(m *testing.M) {
	if !Main(os.Args) {
		os.Exit(m.Run())
	}
}

func TestWaves(t *testing.T) {
	t.Parallel()
	at := func(name string, began, ended time.Duration) exchange {
		return exchange{Addr: name, Body: []byte(name), Began: began, Ended: ended}
	}
	got := waves([]exchange{at("d", 130, 190), at("b", 2, 64), at("a", 0, 60), at("c", 61, 121), at("e", 66, 126)})
	want := [][]call{{{"a", []byte("a")}, {"b", []byte("b")}}, {{"c", []byte("c")}, {"e", []byte("e")}}, {{"d", []byte("d")}}}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v\nwant %v", got, want)
	}
}

func TestRatioComparesEqualRounds(t *testing.T) {
	t.Parallel()
	slots := func(rounds ...int) *contender {
		c := &contender{slots: map[string][]measured{}}
		for _, r := range rounds {
			c.slots["s"] = append(c.slots["s"], measured{Count: 10 + r, Round: r})
		}
		return c
	}
	count := func(m measured) float64 { return float64(m.Count) }
	if got := ratio(slots(0, 1, 2, 3), "s", slots(2), "s", count); got != "1.00×" {
		t.Error(got)
	}
	if got := ratio(slots(0), "s", slots(1), "s", count); got != "" {
		t.Error("a ratio of different rounds:", got)
	}
}

func TestOperationsAreDistinctAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	list, err := corpora()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		again, err := operations(c.API, perSupergraph)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i, op := range c.Operations {
			if op != again[i] {
				t.Fatalf("operation %d differs the second time:\n%s\n%s", i, op, again[i])
			}
			body := op[strings.IndexByte(op, '{'):]
			if seen[body] {
				t.Fatalf("twice: %s", body)
			}
			seen[body] = true
		}
		if len(seen) != perSupergraph {
			t.Fatal(len(seen), "operations")
		}
	}
}

func TestAnswersHaveTheSizesPublished(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"nested": 88_000, "hop": 1_700} {
		data, err := truth(name, testdata(name+".query.graphql"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(map[string]any{"data": data})
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) < size*9/10 || len(raw) > size*11/10 {
			t.Errorf("%s: %d bytes instead of about %d", name, len(raw), size)
		}
	}
}

// TestMeasurement measures a proxy for a moment: everything it was asked reached the subgraph, and answers are the subgraph's.
func TestMeasurement(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("CPU time and memory are read from /proc")
	}
	s, err := newSetup(t.Context(), Options{Dir: t.TempDir(), Log: t.Logf}, "hop")
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	c, err := s.startCommand(t.Context(), "proxy", "gateway-proxy", proxyTold{"fasthttp", s.fleet.Subgraphs["notes"]})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.verify(c)
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := s.record(c.url)
	if err != nil {
		t.Fatal(err)
	}
	if len(recorded) != 1 || recorded[0].Subgraph != "notes" || !bytes.Equal(recorded[0].Body, s.body) {
		t.Fatalf("recorded %+v", recorded)
	}
	floor, err := s.startCommand(t.Context(), "floor", "gateway-floor", floorTold{waves(recorded), answer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.verify(floor); err != nil {
		t.Fatal(err)
	}
	for _, contender := range []*contender{c, floor} {
		contender.warm = 0
		if err := s.measure(t.Context(), contender, scenario{name: "load", connections: 2}, 0); err != nil {
			t.Fatal(err)
		}
		if m := contender.slots["load"][0]; m.Count == 0 || m.Upstream != int64(m.Count) || m.Resident <= 0 || m.P99 < m.P50 {
			t.Errorf("%s: %+v", contender.name, m)
		}
	}
	c.answer++
	if err := s.measure(t.Context(), c, scenario{name: "short", connections: 1}, 0); err == nil {
		t.Error("answers of another length count as answers")
	}
}

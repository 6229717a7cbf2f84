package router_test

import (
	"fmt"
	"testing"
	"time"
)

// gauge reads a metric without labels.
func (g *gateway) gauge(t *testing.T, name string) float64 {
	t.Helper()
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

// wait polls a gauge until it has the value.
func (g *gateway) wait(t *testing.T, name string, want float64) {
	t.Helper()
	for g.gauge(t, name) != want {
		time.Sleep(time.Millisecond)
	}
}

// counted is the sum of a counter, or of a histogram's observations, over the series with a label value.
func (g *gateway) counted(t *testing.T, name, label string) float64 {
	t.Helper()
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if f.GetName() == name && l.GetValue() == label {
					sum += m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
				}
			}
		}
	}
	return sum
}

func TestOperationNamesAreBounded(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	for i := range 230 {
		g.post(t, fmt.Sprintf(`{"query":"query Q%d { teams { id } }"}`, i))
	}
	g.post(t, `{"query":"query Q3 { teams { id } }"}`)
	g.post(t, `{"query":"{ teams { id } }"}`)
	for label, want := range map[string]float64{"Q3": 2, "other": 30} {
		if got := g.counted(t, "marquee_router_operation_duration_seconds", label); got != want {
			t.Errorf("%s: %v requests, want %v", label, got, want)
		}
	}
}

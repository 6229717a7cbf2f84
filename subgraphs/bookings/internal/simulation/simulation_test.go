package simulation_test

import (
	"flag"
	"testing"
	"time"

	"marquee/subgraphs/bookings/internal/simulation"
)

var (
	seeds = flag.Int("simulation.seeds", 12_000, "how many sequences are played")
	seed  = flag.Uint64("simulation.seed", 0, "play this one only")
)

// Ten thousand seeds and more of all there is, by the rules alone.
func TestTheRulesDoWhatTheModelSays(t *testing.T) {
	t.Parallel()
	noon := time.Date(2027, 5, 1, 12, 0, 0, 0, time.UTC)
	from, to := uint64(1), uint64(*seeds) //nolint:gosec // not negative
	if *seed > 0 {
		from, to = *seed, *seed
	}
	for s := from; s <= to; s++ {
		if err := simulation.Run(simulation.NewMemory(noon), noon, s, 60, s%2 == 0); err != nil {
			t.Fatalf("%v\nagain: go test ./subgraphs/bookings/internal/simulation -simulation.seed=%d", err, s)
		}
	}
}

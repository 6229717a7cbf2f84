package bookings_test

import (
	"testing"

	"marquee/subgraphs/bookings/internal/booking"
)

// Holds of one event in demand by 256 buyers at once. The server of the test is not durable: durable figures are those of `make bench`.
func BenchmarkHoldsOfOneEvent(b *testing.B) {
	s := start(b)
	e := s.published(100, 1_000_000_000)
	b.SetParallelism(128)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.box.Hold(b.Context(), ada, wish(e, 0, 1)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "holds/s")
}

// Holds spread over many events, one buyer at a time for each.
func BenchmarkHoldsOfManyEvents(b *testing.B) {
	s := start(b)
	var wishes []func() booking.HoldSeatsInput
	for range 100 {
		e := s.published(100, 1_000_000_000)
		wishes = append(wishes, func() booking.HoldSeatsInput { return wish(e, 0, 1) })
	}
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.box.Hold(b.Context(), ada, wishes[i%len(wishes)]()); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "holds/s")
}

package graph

// ids returns the ids that representations of entities carry, in their order.
func ids[R any](reps []R, id func(R) string) []string {
	out := make([]string, len(reps))
	for i, rep := range reps {
		out[i] = id(rep)
	}
	return out
}

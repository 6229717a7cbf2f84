package router

// Batching takes arrays of requests in one body and answers them by an array.
// They are off by default: an array multiplies what one request may cost.
type Batching struct {
	Enabled bool `yaml:"enabled" env:"ENABLED"`
	Max     int  `yaml:"max" env:"MAX"` // requests in one array; 10
}

// requests is how many may come in one array; 0 refuses arrays.
func (b Batching) requests() int {
	switch {
	case !b.Enabled:
		return 0
	case b.Max <= 0:
		return 10
	}
	return b.Max
}

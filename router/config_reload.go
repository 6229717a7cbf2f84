package router

import "time"

// Reload says how a changed supergraph or manifest comes into use.
type Reload struct {
	// Poll is how often it is looked whether the files changed; 1 s, negative never.
	Poll time.Duration `yaml:"poll" env:"POLL"`
	// WarmOperations is how many of the operations used most are planned on a new
	// supergraph before it is used; 200, −1 none.
	WarmOperations int `yaml:"warm_operations" env:"WARM_OPERATIONS"`
	// WarmTime bounds the time for that; 2 s.
	WarmTime time.Duration `yaml:"warm_time" env:"WARM_TIME"`
}

func (r *Reload) defaults() {
	if r.Poll == 0 {
		r.Poll = time.Second
	}
	if r.WarmOperations == 0 {
		r.WarmOperations = 200
	}
	if r.WarmTime <= 0 {
		r.WarmTime = 2 * time.Second
	}
}

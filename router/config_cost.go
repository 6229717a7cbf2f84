package router

import (
	"fmt"

	"marquee/router/cost"
)

// Cost says what operations may cost; see package cost for how that is estimated.
type Cost struct {
	// Mode is "off", "measure" (estimate, but refuse nothing) or "enforce", the default.
	Mode string `yaml:"mode" env:"MODE"`
	// Max is the most that one operation may cost; 500,000, −1 no limit. By
	// default that is six times an operation of five lists in each other: a
	// document within the other limits that asks for more asks for a whole
	// database. Lower it to some times what your clients ask for.
	Max int64 `yaml:"max" env:"MAX"`
	// ListSize is the length of a list of which the schema and the operation say
	// nothing; 10.
	ListSize int64 `yaml:"list_size" env:"LIST_SIZE"`
	// SlicingArguments bound a list where no @listSize says so; unset: first, last
	// and limit.
	SlicingArguments []string `yaml:"slicing_arguments" env:"SLICING_ARGUMENTS"`
	// Expose adds extensions.cost {estimated, max, actual} to every answer.
	Expose bool `yaml:"expose" env:"EXPOSE"`
	// Actual reads every answer for what it has cost, for extensions and metrics.
	Actual bool `yaml:"actual" env:"ACTUAL"`
}

const (
	costOff     = "off"
	costMeasure = "measure"
	costEnforce = "enforce"
	costMax     = 500_000
)

func (c *Cost) defaults() error {
	switch c.Mode {
	case "":
		c.Mode = costEnforce
	case costOff, costMeasure, costEnforce:
	default:
		return fmt.Errorf("router configuration: cost.mode %q is not off, measure or enforce", c.Mode)
	}
	if c.Max == 0 {
		c.Max = costMax
	}
	return nil
}

func (c *Cost) options() cost.Options {
	return cost.Options{ListSize: c.ListSize, Slicing: c.SlicingArguments}
}

package main

import (
	"os"
	"runtime/debug"
)

// Percentages for the collector: how much may be allocated, of what is in use, before it runs again.
const (
	tight = 60  // for a gateway alone: what requests need is used again and again, so collecting sooner costs little and stays small
	roomy = 200 // for subgraphs: they allocate for every row and decoded message, and hold little between requests
)

// collect sets the collector's percentage, unless the operator has (GOGC).
func collect(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

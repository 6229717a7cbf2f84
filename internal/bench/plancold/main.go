// Command plancold measures how long operations take that the router sees for the first time: parsing, validation, normalisation and planning.
// It reads {"Supergraph": SDL, "Operations": [text]} from standard input and prints {"Times": [nanoseconds], "Fetches": [number]}, per
// operation the median of several passes. Nothing is kept from one operation to the next.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"marquee/router/access"
	"marquee/router/operation"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

// passes over all operations, so that a pause of the machine does not count as planning.
const passes = 3

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "plancold:", err)
		os.Exit(1)
	}
}

func run() error {
	var in struct {
		Supergraph string
		Operations []string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	sg, err := supergraph.Parse(in.Supergraph, supergraph.Options{Enforced: access.Features})
	if err != nil {
		return err
	}
	pl, limits := planner.New(sg, planner.Options{}), operation.DefaultLimits()
	times := make([][]time.Duration, len(in.Operations))
	out := struct {
		Times   []time.Duration
		Fetches []int
	}{make([]time.Duration, len(in.Operations)), make([]int, len(in.Operations))}
	for range passes {
		for i, text := range in.Operations {
			began := time.Now()
			n, err := cold(sg, pl, limits, text)
			times[i] = append(times[i], time.Since(began))
			if err != nil {
				return fmt.Errorf("%s\n%w", text, err)
			}
			out.Fetches[i] = n
		}
	}
	for i, t := range times {
		slices.Sort(t)
		out.Times[i] = t[len(t)/2]
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// cold plans one operation and returns the number of its fetches.
func cold(sg *supergraph.Supergraph, pl *planner.Planner, limits operation.Limits, text string) (int, error) {
	doc, errs := operation.Parse(sg, text, limits)
	if len(errs) > 0 {
		return 0, errs
	}
	op, gerr := doc.Operation("")
	if gerr != nil {
		return 0, gerr
	}
	norm, gerr := op.Normalise(nil, 0)
	if gerr != nil {
		return 0, gerr
	}
	p, err := pl.Plan(norm)
	if err != nil {
		return 0, err
	}
	return len(p.Fetches), nil
}

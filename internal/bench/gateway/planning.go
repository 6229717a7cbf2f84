package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// planned is what a planner's process prints.
type planned struct {
	Times   []time.Duration
	Fetches []int
}

func (p *planned) quantile(q float64) float64 {
	sorted := slices.Sorted(slices.Values(p.Times))
	return float64(sorted[min(len(sorted)-1, int(q*float64(len(sorted))))].Nanoseconds()) / 1000
}

func (p *planned) fetches() float64 {
	sum := 0
	for _, n := range p.Fetches {
		sum += n
	}
	return float64(sum)
}

func (p *planned) add(o *planned) {
	p.Times, p.Fetches = append(p.Times, o.Times...), append(p.Fetches, o.Fetches...)
}

// corpus is a supergraph and operations on it.
type corpus struct {
	Supergraph, API string
	Operations      []string
}

// perSupergraph is how many operations are planned over each of the two supergraphs.
const perSupergraph = 500

// corpora are the platform's supergraph and that of the nested query.
func corpora() ([]corpus, error) {
	root := filepath.Join(folder(), "..", "..", "..", "schema")
	platform, err := os.ReadFile(filepath.Join(root, "supergraph.graphql"))
	if err != nil {
		return nil, err
	}
	api, err := os.ReadFile(filepath.Join(root, "api.graphql"))
	if err != nil {
		return nil, err
	}
	list := []corpus{{Supergraph: string(platform), API: string(api)}, {Supergraph: testdata("nested.supergraph.graphql"), API: testdata("nested.api.graphql")}}
	for i := range list {
		if list[i].Operations, err = operations(list[i].API, perSupergraph); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Planning measures operations that are seen for the first time: parsing, validation, normalisation, planning; beside the planners of Apollo
// Gateway and, in Rust, of Hive Router. These two run in Node and are measured when it has compiled them.
func Planning(ctx context.Context, o Options) ([]Row, error) {
	list, err := corpora()
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(o.Dir, "plancold")
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, "./internal/bench/plancold")
	build.Dir = filepath.Join(folder(), "..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	ours, err := planAll(ctx, list, bin)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%d operations planned for the first time: p50", len(ours.Times))
	if !o.Node {
		return planRows(title, ours, nil, ""), nil
	}
	if err := o.installNode(ctx); err != nil {
		o.Log("!!! SKIPPED: planners from npm: %v", err)
		return planRows(title, ours, nil, ""), nil
	}
	var rows []Row
	for _, other := range []struct{ kind, name string }{{"hive", "Hive Router's planner (Rust), without validation"}, {"apollo", "Apollo Gateway's planner"}} {
		theirs, err := planAll(ctx, list, "node", filepath.Join(nodeFolder(), "plan.mjs"), other.kind)
		if err != nil {
			o.Log("!!! SKIPPED: %s: %v", other.name, err)
		}
		rows = append(rows, planRows(title, ours, theirs, other.name)...)
		title = "  p50"
	}
	return rows, nil
}

func planRows(title string, ours, theirs *planned, name string) []Row {
	row := func(title string, figure func(*planned) float64, show func(float64) string) Row {
		r := Row{Name: title, Ours: show(figure(ours))}
		if theirs != nil {
			r.Baseline, r.Ratio = show(figure(theirs)), fmt.Sprintf("%.2f×", figure(ours)/figure(theirs))
		}
		return r
	}
	quantile := func(q float64) func(*planned) float64 { return func(p *planned) float64 { return p.quantile(q) } }
	rows := []Row{
		row(title, quantile(0.5), milli), row("    p99", quantile(0.99), milli), row("    slowest", quantile(1), milli),
		row("    subgraph requests planned, in all", (*planned).fetches, func(v float64) string { return fmt.Sprintf("%.0f", v) }),
	}
	rows[0].BaselineName = name
	return rows
}

// planAll plans every corpus with a program held on one core.
func planAll(ctx context.Context, list []corpus, program string, args ...string) (*planned, error) {
	all := &planned{}
	for _, c := range list {
		in, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		var out, problems bytes.Buffer
		cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // built above, or node
		cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GOMAXPROCS=1"}, nodeEnv...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &problems
		if err := onCore(contenderCore, cmd.Start); err != nil {
			return nil, err
		}
		if err := cmd.Wait(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, problems.String())
		}
		var p planned
		if err := json.Unmarshal(out.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%w in %.200s", err, out.String())
		}
		if len(p.Times) != len(c.Operations) {
			return nil, fmt.Errorf("%d of %d operations were planned", len(p.Times), len(c.Operations))
		}
		all.add(&p)
	}
	return all, nil
}

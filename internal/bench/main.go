// Command bench measures the platform and, in the same minute on the same machine, a named alternative for each figure, and prints both
// with their ratio. All traffic is loopback, bounded in time and count.
//
// usage: go run ./internal/bench [-only name] [-seconds n] [-bin marquee] [-against marquee] [-node=false] [-profile file]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"marquee/internal/bench/gateway"
	"marquee/internal/e2e"
	"marquee/internal/pg/embedded"
	"marquee/internal/pg/pgtest"
)

// row is one line of the table: a figure of ours, the alternative's, and how they compare.
type row struct {
	name, ours, baseline, baselineName, ratio string
}

// bench measures one or more figures.
type bench struct {
	name     string
	platform bool // whether it needs the platform running
	run      func(ctx context.Context, s *stack) ([]row, error)
}

// stack is what is measured: everything in one process, on a durable PostgreSQL that the baselines use too. Both are nil if no bench that
// was asked for needs the platform.
type stack struct {
	seconds  time.Duration
	profile  string // file for a CPU profile, "" for none
	dir      string // for files of this run
	bin      string
	against  string // another build, "" none
	node     bool   // whether gateways from npm are measured too
	postgres *embedded.Server
	marquee  *e2e.Process
	idle     row // taken before anything else runs
}

func (s *stack) graphql() string { return s.marquee.URL + "/graphql" }

var benches = []bench{
	{"memory", true, func(_ context.Context, s *stack) ([]row, error) { return []row{s.idle}, nil }},
	{"bookings", true, bookings},
	{"store", true, storeBookings},
	{"eventpage", true, eventPage},
	{"fanout", true, fanOut},
	{"gateway-nested", false, gateways(gateway.Nested)},
	{"gateway-hop", false, gateways(gateway.Hop)},
	{"gateway-against", false, against},
	{"gateway-profile", false, routerProfile},
	{"gateway-planning", false, gateways(gateway.Planning)},
	{"overload", false, gateways(gateway.Overload)},
	{"idle subscriptions", false, idleSubscriptions},
	{"hostile documents", false, hostileDocuments},
}

func main() {
	if gateway.Main(os.Args) {
		return
	}
	if len(os.Args) == 2 && os.Args[1] == bareSockets {
		if err := serveBareSockets(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	only := flag.String("only", "", "run the benchmarks whose name contains this")
	seconds := flag.Int("seconds", 8, "how long each measurement takes")
	profile := flag.String("profile", "", "write a CPU profile of the platform under the load of bookings (-only gateway-profile: of the router) to this file")
	bin := flag.String("bin", "", "a built marquee to measure instead of this source")
	other := flag.String("against", "", "a built marquee that the router is measured beside")
	node := flag.Bool("node", true, "measure gateways from npm too")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := run(ctx, *only, &stack{seconds: time.Duration(*seconds) * time.Second, bin: *bin, against: *other, node: *node, profile: *profile}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string, s *stack) error {
	dir, err := os.MkdirTemp("", "marquee-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the database's user must reach its data
		return err
	}
	s.dir = dir
	if s.bin == "" {
		if s.bin, err = e2e.Build(ctx, dir); err != nil {
			return err
		}
	}
	var rows []row
	for _, b := range benches {
		if !strings.Contains(b.name, only) {
			continue
		}
		if b.platform && s.marquee == nil {
			if err := s.start(ctx, dir); err != nil {
				return err
			}
			defer s.stop()
		} else if !b.platform {
			s.stop() // its load would be measured too
		}
		fmt.Fprintln(os.Stderr, "measuring", b.name, "…")
		r, err := b.run(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		rows = append(rows, r...)
	}
	w := tabwriter.NewWriter(os.Stdout, 2, 8, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tMarquee\tbaseline\t\tratio")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.name, r.ours, r.baseline, r.baselineName, r.ratio)
	}
	return w.Flush()
}

func (s *stack) start(ctx context.Context, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var err error
	s.postgres, err = embedded.Start(ctx, embedded.Config{Data: filepath.Join(dir, "postgres"), Log: filepath.Join(dir, "postgres.log"), NPMRoots: []string{pgtest.NPMRoot()}})
	if err != nil {
		return err
	}
	env := []string{"MARQUEE_DATA=" + filepath.Join(dir, "data"), "MARQUEE_LOG_LEVEL=warn"}
	for _, name := range []string{"users", "events", "bookings", "payments", "notifications", "analytics"} {
		url, err := embedded.EnsureDatabase(ctx, s.postgres, name)
		if err != nil {
			return err
		}
		env = append(env, "MARQUEE_DATABASE_"+strings.ToUpper(name)+"_URL="+url)
	}
	began := time.Now()
	if s.marquee, err = e2e.Start(ctx, s.bin, []string{"up"}, env); err != nil {
		_ = s.postgres.Stop()
		return err
	}
	fmt.Fprintf(os.Stderr, "started in %.1f s\n", time.Since(began).Seconds())
	s.idle, err = idleMemory(ctx, s, dir)
	return err
}

// stop ends the platform if it runs.
func (s *stack) stop() {
	if s.marquee == nil {
		return
	}
	_ = s.marquee.Stop()
	_ = s.postgres.Stop()
	s.marquee = nil
}

// Package gateway measures the router beside other gateways, without the platform's data base. All traffic is loopback.
//
// Vocabulary: a contender is one gateway in a process of its own, held on the first core with one processor; the subgraphs and the load are
// two other processes, held on the second core. The floor is a program that makes the subgraph requests of the best plan in the same waves,
// parses nothing and answers ready bytes: what no gateway can go below. A slot is one measurement of one contender; a round measures every
// contender once, so that ratios compare what the machine did within seconds. Figures are medians of rounds.
//
// The processes are this program again, with a hidden sub-command (see Main).
package gateway

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

//go:embed testdata
var files embed.FS

// Row is one line of the table.
type Row struct {
	Name, Ours, Baseline, BaselineName, Ratio string
}

// Options say what is measured.
type Options struct {
	Binary string        // a built marquee
	Dir    string        // for files of this run
	Length time.Duration // of a measurement; a round takes a quarter of it for each contender, and at least a second
	Node   bool          // whether gateways from npm are measured too
	Log    func(format string, args ...any)
}

// rounds in which the contenders are measured; those in Node, which differ by more than the machine's noise, in every second one.
const rounds = 6

// slot is how long one contender is measured in one round.
func (o Options) slot() time.Duration { return max(o.Length/4, time.Second) }

// commands are the hidden sub-commands. Each reads JSON from standard input and ends when that ends.
var commands = map[string]func() error{
	"gateway-subgraphs": subgraphsCommand,
	"gateway-floor":     floorCommand,
	"gateway-proxy":     proxyCommand,
	"gateway-load":      loadCommand,
	"gateway-offer":     offerCommand,
}

// Main runs a hidden sub-command if the arguments name one, and says so.
func Main(args []string) bool {
	if len(args) < 2 || commands[args[1]] == nil {
		return false
	}
	if err := commands[args[1]](); err != nil {
		fmt.Fprintln(os.Stderr, args[1]+":", err)
		os.Exit(1)
	}
	return true
}

func testdata(name string) string {
	raw, err := files.ReadFile("testdata/" + name)
	if err != nil {
		panic(err) // embedded: missing only if the source is broken
	}
	return string(raw)
}

// folder is where this package's source is, for what is installed beside it.
func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// supergraphFile writes the supergraph with the addresses at which its subgraphs listen.
func supergraphFile(dir, name string, subgraphs map[string]string) (string, error) {
	sdl := testdata(name + ".supergraph.graphql")
	for subgraph, addr := range subgraphs {
		sdl = strings.ReplaceAll(sdl, `"http://`+subgraph+`.test/graphql"`, `"http://`+addr+`/graphql"`)
	}
	if strings.Contains(sdl, ".test/") {
		return "", fmt.Errorf("supergraph %s names a subgraph that does not run", name)
	}
	path := filepath.Join(dir, name+".supergraph.graphql")
	return path, os.WriteFile(path, []byte(sdl), 0o600)
}

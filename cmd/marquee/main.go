// Command marquee is the whole platform in one binary: everything in one process (up), one subgraph (serve), the gateway alone
// (router), and what an operator needs around them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // images without a system have no zone data

	"github.com/alecthomas/kong"
)

// version is set by the linker at a release.
var version = "dev"

type cli struct {
	Up      upCommand      `cmd:"" help:"Run everything in one process, on embedded defaults unless configured."`
	Serve   serveCommand   `cmd:"" help:"Run one subgraph as a process of its own."`
	Router  routerCommand  `cmd:"" help:"Run the GraphQL gateway alone on any Federation 2 supergraph."`
	Migrate migrateCommand `cmd:"" help:"Bring the databases to the newest schema."`
	Seed    seedCommand    `cmd:"" help:"Write the demo data."`
	Config  configCommand  `cmd:"" help:"Print every setting with its meaning, default and value."`
	Keys    keysCommand    `cmd:"" help:"Print fresh secrets for a distributed start."`
	Health  healthCommand  `cmd:"" help:"Ask a running process on this machine whether it lives."`
	Ticket  ticketCommand  `cmd:"" help:"Check tickets without a network."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

func main() {
	// The second signal ends the process at once.
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, cancel)
	var c cli
	parser := kong.Must(&c, kong.Name("marquee"), kong.Description("Event booking on a federated GraphQL API."), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)))
	command, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "marquee:", err)
		os.Exit(1)
	}
}

type versionCommand struct{}

func (versionCommand) Run() error {
	_, err := fmt.Println("marquee", version)
	return err
}

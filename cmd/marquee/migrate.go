package main

import (
	"context"
	"fmt"

	"marquee/internal/pg"
	"marquee/internal/service"
)

type migrateCommand struct {
	Subgraphs []string `arg:"" optional:"" help:"Which subgraphs; all when none is named."`
}

// Run migrates the databases of the named subgraphs.
func (c migrateCommand) Run(ctx context.Context) error {
	for _, name := range c.Subgraphs {
		if _, err := specOf(name); err != nil {
			return err
		}
	}
	p, err := newPlatform(ctx, "migrate")
	if err != nil {
		return err
	}
	defer p.close()
	for _, spec := range specs() {
		if !named(c.Subgraphs, spec.Name) {
			continue
		}
		if err := migrateOne(ctx, p, spec); err != nil {
			return err
		}
		fmt.Println(spec.Name, "is up to date")
	}
	return nil
}

func migrateOne(ctx context.Context, p *platform, spec service.Spec) error {
	url, err := p.database(ctx, spec.Name)
	if err != nil {
		return err
	}
	pool, err := pg.Open(ctx, url, pg.Options{MaxConns: 3, Name: "migrate"})
	if err != nil {
		return err
	}
	defer pool.Close()
	return service.Migrate(ctx, spec, pool)
}

func named(names []string, name string) bool {
	if len(names) == 0 {
		return true
	}
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

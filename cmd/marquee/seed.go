package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"marquee/internal/demo"
	"marquee/internal/service"
)

type seedCommand struct{}

// Run writes the demo data into databases that have none yet. The messages it leaves in the outboxes are delivered by the running
// services, or by the next start.
func (seedCommand) Run(ctx context.Context) error {
	p, err := newPlatform(ctx, "seed")
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.startRedis(ctx); err != nil {
		return err
	}
	set := demo.Generate(time.Now())
	for _, spec := range specs() {
		url, err := p.database(ctx, spec.Name)
		if err != nil {
			return err
		}
		i, err := service.New(ctx, spec, p.instanceConfig(url, make([]byte, ed25519.PublicKeySize)))
		if err != nil {
			return err
		}
		p.group.Add(spec.Name, i.Stop)
		if err := i.Seed(ctx, set); err != nil {
			return err
		}
		fmt.Println(spec.Name, "is seeded")
	}
	return nil
}

// Package notifications is the subgraph that tells people what happened to their bookings: inside the app, live, and by e-mail with a
// delivery log.
package notifications

import (
	"context"
	"embed"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/service"
	"marquee/subgraphs/notifications/internal/emlfile"
	"marquee/subgraphs/notifications/internal/graph"
	"marquee/subgraphs/notifications/internal/graph/generated"
	"marquee/subgraphs/notifications/internal/live"
	letters "marquee/subgraphs/notifications/internal/mail"
	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store"
	"marquee/subgraphs/notifications/internal/worker"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Service describes the subgraph. It has no demo data of its own: it consumes what the other subgraphs seed.
func Service() service.Spec {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return service.Spec{Name: "notifications", Migrations: files, New: construct}
}

func construct(_ context.Context, d *service.Deps) (*service.Subgraph, error) {
	writer, err := letters.New(d.PublicURL)
	if err != nil {
		return nil, err
	}
	channels, err := openChannels(d)
	if err != nil {
		return nil, err
	}
	s := store.New(d.DB, d.Jobs)
	sender, turns := &notification.Sender{Log: s, Writer: writer, Channels: channels, Now: d.Now}, worker.TurnsOf(channels[emlfile.Name])
	river.AddWorker(d.Jobs.Workers(), &worker.Send{Sender: sender, Turns: turns})
	river.AddWorker(d.Jobs.Workers(), &worker.SendTogether{Sender: sender, Turns: turns})
	feed := &live.Feed{Store: s, PubSub: d.PubSub, Log: d.Log}
	notifier := &notification.Notifier{Writer: writer, Now: d.Now, Channel: emlfile.Name}
	resolver := &graph.Resolver{Reader: &notification.Reader{Store: s, Writer: writer, Now: d.Now}, Feed: feed}
	return &service.Subgraph{
		Schema:    generated.NewExecutableSchema(generated.Config{Resolvers: resolver}),
		Consumers: worker.Consumers(notifier, func(tx pgx.Tx) notification.Tx { return s.Tx(tx) }, feed.Hint),
	}, nil
}

// openChannels is the registry of channels.
func openChannels(d *service.Deps) (map[string]notification.Channel, error) {
	dir := ""
	if d.DataDir != "" {
		dir = filepath.Join(d.DataDir, "mail")
	}
	outbox, err := emlfile.New(dir, from(d.PublicURL))
	if err != nil {
		return nil, err
	}
	channels := map[string]notification.Channel{}
	for _, c := range []notification.Channel{outbox} {
		channels[c.Name()] = c
	}
	return channels, nil
}

// from is the address that mail comes from: at the host people reach us by, unless that is a bare address of a machine.
func from(publicURL string) mail.Address {
	host := "localhost"
	if u, err := url.Parse(publicURL); err == nil && u.Hostname() != "" && net.ParseIP(u.Hostname()) == nil {
		host = strings.ToLower(u.Hostname())
	}
	return mail.Address{Name: "Marquee", Address: "tickets@" + host}
}

package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/go-redis/v9"

	"marquee/internal/auth"
	"marquee/internal/errs"
	"marquee/router/transport"
)

// revokedFor is how long an answer about a session is believed: a logout ends access within that time.
const revokedFor = 2 * time.Second

// revoked refuses access tokens whose session was ended. The users subgraph leaves a key in Redis for as long as such a token could
// still be used. If Redis does not answer, tokens work until they expire, minutes later: a login does not depend on Redis.
func revoked(client *redis.Client, log *slog.Logger) func(context.Context, *transport.Subject) error {
	known := otter.Must(&otter.Options[string, bool]{
		MaximumSize: 100_000, ExpiryCalculator: otter.ExpiryWriting[string, bool](revokedFor),
	})
	load := otter.LoaderFunc[string, bool](func(ctx context.Context, session string) (bool, error) {
		n, err := client.Exists(ctx, auth.RevokedKey(session)).Result()
		if err != nil {
			log.WarnContext(ctx, "ended sessions cannot be looked up; tokens work until they expire", "error", err)
			return false, nil //nolint:nilerr // see above
		}
		return n > 0, nil
	})
	return func(ctx context.Context, s *transport.Subject) error {
		if s.SessionID == "" {
			return nil
		}
		ended, err := known.Get(ctx, s.SessionID, load)
		if err == nil && ended {
			return errs.New(errs.Unauthenticated, "This session was ended.")
		}
		return err
	}
}

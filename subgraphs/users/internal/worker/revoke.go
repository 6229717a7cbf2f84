// Package worker does what users has to do outside requests: tell the gateway of ended sessions, and clear away old tokens.
package worker

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/riverqueue/river"

	"marquee/internal/auth"
)

// RevokeArgs is the job of revoking a session's access tokens; it is enqueued in the transaction that ends the session.
type RevokeArgs struct {
	SessionID string `json:"sessionId"`
}

// Kind implements river.JobArgs.
func (RevokeArgs) Kind() string { return "users.revoke_session" }

// Revoke puts ended sessions where token checks see them.
type Revoke struct {
	river.WorkerDefaults[RevokeArgs]

	Redis *redis.Client
	Keep  time.Duration // at least the life of an access token
}

// Work implements river.Worker.
func (w *Revoke) Work(ctx context.Context, job *river.Job[RevokeArgs]) error {
	return w.Redis.Set(ctx, auth.RevokedKey(job.Args.SessionID), "1", w.Keep).Err()
}

package outbox

import "time"

// SetPatience lets a test wait less for a consumer that hangs.
func SetPatience(in *Inbox, d time.Duration) { in.patience = d }

// What the relay asks, and how its connection is set.
const (
	DueRows     = dueRows
	SteadyPlans = steadyPlans
)

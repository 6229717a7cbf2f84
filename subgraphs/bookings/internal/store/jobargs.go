package store

// ExpireHold is the job that ends a hold when its time is up.
type ExpireHold struct {
	BookingID string `json:"bookingId"`
}

// Kind names the job.
func (ExpireHold) Kind() string { return "expire_hold" }

// CallOffEvent is the job that ends all bookings of an event that was called off, in batches.
type CallOffEvent struct {
	EventID string `json:"eventId"`
}

// Kind names the job.
func (CallOffEvent) Kind() string { return "call_off_event" }

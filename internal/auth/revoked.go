package auth

// RevokedKey is the Redis key that exists while access tokens of an ended session could still be in use. The users subgraph sets it, and
// whoever checks access tokens refuses one whose sid has it.
func RevokedKey(sessionID string) string { return "revoked:" + sessionID }

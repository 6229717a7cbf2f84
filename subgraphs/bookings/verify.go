package bookings

import (
	"encoding/json"
	"fmt"

	"marquee/subgraphs/bookings/internal/pass"
)

// TicketClaim is what the QR code of a ticket says.
type TicketClaim struct {
	TicketID, EventID string
	Revision          int
}

// VerifyTicket checks what was read from a ticket's QR code by a key set as /.well-known/ticket-keys.json serves it, without asking
// anybody. It cannot tell whether the ticket was used, cancelled or issued again since the set was fetched.
func VerifyTicket(keys []byte, code string) (TicketClaim, error) {
	var set pass.KeySet
	if err := json.Unmarshal(keys, &set); err != nil {
		return TicketClaim{}, fmt.Errorf("key set: %w", err)
	}
	p, err := pass.Verify(code, set)
	return TicketClaim(p), err
}

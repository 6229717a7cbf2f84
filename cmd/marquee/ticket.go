package main

import (
	"fmt"
	"os"

	"marquee/subgraphs/bookings"
)

type ticketCommand struct {
	Verify ticketVerifyCommand `cmd:"" help:"Check what the QR code of a ticket says, without a network."`
}

type ticketVerifyCommand struct {
	Keys string `required:"" type:"existingfile" help:"The public keys, a copy of /.well-known/ticket-keys.json."`
	Code string `arg:"" help:"What the QR code says: MQ1.…"`
}

// Run prints what the code claims when its signature fits, and fails otherwise.
func (c ticketVerifyCommand) Run() error {
	keys, err := os.ReadFile(c.Keys)
	if err != nil {
		return err
	}
	claim, err := bookings.VerifyTicket(keys, c.Code)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("genuine: ticket %s, event %s, edition %d\n", claim.TicketID, claim.EventID, claim.Revision)
	return err
}

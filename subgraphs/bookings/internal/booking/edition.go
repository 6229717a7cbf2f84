package booking

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/pass"
)

// QR returns what the ticket's QR code says, signed; nil for a void ticket. Signing is done here, when somebody asks, and never while
// tickets are sold.
func (d *Door) QR(ctx context.Context, t *Ticket) (*string, error) {
	if t.Status == Void {
		return nil, nil
	}
	payload, err := d.passes.Sign(ctx, pass.Pass{TicketID: t.ID, EventID: t.Booking.EventID, Revision: t.Revision})
	if err != nil {
		return nil, err
	}
	return &payload, nil
}

// QRImage returns the QR code as an SVG in a data: URL; nil for a void ticket.
func (d *Door) QRImage(ctx context.Context, t *Ticket) (*string, error) {
	payload, err := d.QR(ctx, t)
	if payload == nil || err != nil {
		return nil, err
	}
	url, err := pass.SVGURL(*payload)
	return &url, err
}

// Reissue gives a ticket another code and QR code; those shown, printed or stolen before let nobody in any more.
// Errors: UNAUTHENTICATED, TICKET_NOT_FOUND unless the viewer may see it, TICKET_VOID, ALREADY_CHECKED_IN, INVALID_IDEMPOTENCY_KEY,
// IDEMPOTENCY_KEY_REUSED.
func (d *Door) Reissue(ctx context.Context, v *viewer.Viewer, ticketID, key string) (*Ticket, error) {
	if v == nil {
		return nil, errLogin
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	found, err := d.office.Tickets(ctx, v, []string{ticketID})
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, errs.New(TicketNotFound, "There is no such ticket of yours.").At("input", "ticketId")
	}
	claim := Claim{Scope: "reissueTicket " + v.ID(), Key: key, Request: ticketID}
	done, err := d.store.Reissue(ctx, claim, ticketID, NewTicketCode(), v.ID(), d.now())
	if err != nil {
		return nil, err
	}
	if found, err = d.office.Tickets(ctx, v, []string{ticketID}); err != nil {
		return nil, err
	}
	switch t := found[0]; {
	case done:
		return t, nil
	case t.Status == CheckedIn:
		return t, errs.New(AlreadyCheckedIn, "Its holder is in already.").At("input", "ticketId")
	default:
		return t, errs.New(TicketVoid, "This ticket was cancelled.").At("input", "ticketId")
	}
}

// CheckIns returns the scans of the ticket, oldest first.
func (t *Ticket) CheckIns(ctx context.Context) ([]*TicketScan, error) {
	if t.scans == nil {
		return nil, errUnloaded
	}
	scans, err := t.scans.get(ctx, t.ID)
	v := viewer.From(ctx)
	for _, s := range scans {
		s.Ticket, s.staff = t, v.Owns(t.Booking.OrganizerID)
	}
	if scans == nil {
		scans = []*TicketScan{}
	}
	return scans, err
}

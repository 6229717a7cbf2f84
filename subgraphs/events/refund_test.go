package events_test

import (
	"encoding/json"
	"testing"

	"marquee/internal/contract"
)

// toldLast is the event as others were told of it last.
func (b *bench) toldLast(t *testing.T) contract.EventPublished {
	t.Helper()
	all := b.PublishedTo(t, contract.EventPublished{}.Topic())
	if len(all) == 0 {
		t.Fatal("nothing was told")
	}
	var m contract.EventPublished
	if err := json.Unmarshal(all[len(all)-1].Payload, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRefundPolicyAndTax(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{
		"refundPolicy": map[string]any{"refundableUntilHours": 24, "feeBasisPoints": 1000, "feeAmount": 50},
		"ticketTypes":  []any{ticket(map[string]any{"taxRate": 1900, "taxName": "VAT"})},
	})
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.ID}).want(t)
	told := b.toldLast(t)
	if p := told.RefundPolicy; p == nil || *p != (contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24, FeeBasisPoints: 1000, FeeAmount: 50}) {
		t.Errorf("%+v", p)
	}
	if x := told.TicketTypes[0]; x.TaxRate != 1900 || x.TaxName != "VAT" {
		t.Errorf("%+v", x)
	}
	// Of a public event the policy changes only in the holders' favour.
	e.Version = 2
	for _, worse := range []map[string]any{
		{"refundableUntilHours": 25, "feeBasisPoints": 1000}, {"feeBasisPoints": 1001}, {"feeAmount": 51}, {"allowed": false},
	} {
		b.update(t, e, map[string]any{"refundPolicy": worse}).want(t, "INVALID_REFUND_POLICY input.refundPolicy")
	}
	b.update(t, e, map[string]any{"refundPolicy": map[string]any{"refundableUntilHours": 2, "feeBasisPoints": 500, "cancelWithoutRefund": true}}).want(t)
	if p := b.toldLast(t).RefundPolicy; p.RefundableUntilHours != 2 || p.FeeBasisPoints != 500 || p.FeeAmount != 0 || !p.CancelWithoutRefund {
		t.Errorf("%+v", p)
	}
	var out struct {
		Event struct {
			RefundPolicy struct{ RefundableUntilHours, FeeBasisPoints int }
			TicketTypes  []struct {
				TaxRate int
				TaxName string
			}
		}
	}
	b.Do(t, nil, `query($id: ID!) { event(id: $id) { refundPolicy { refundableUntilHours feeBasisPoints feeAmount allowed cancelWithoutRefund } ticketTypes { taxRate taxName } } }`,
		map[string]any{"id": e.ID}).Into(t, &out)
	if out.Event.RefundPolicy.FeeBasisPoints != 500 || out.Event.TicketTypes[0].TaxRate != 1900 || out.Event.TicketTypes[0].TaxName != "VAT" {
		t.Errorf("%+v", out)
	}
}

func TestRefundPolicyAndTaxAreChecked(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	for want, changes := range map[string]map[string]any{
		"INVALID_REFUND_POLICY input.refundPolicy.refundableUntilHours": {"refundPolicy": map[string]any{"refundableUntilHours": 8761}},
		"INVALID_REFUND_POLICY input.refundPolicy.feeBasisPoints":       {"refundPolicy": map[string]any{"feeBasisPoints": 10_001}},
		"INVALID_REFUND_POLICY input.refundPolicy.feeAmount":            {"refundPolicy": map[string]any{"feeAmount": -1}},
		"INVALID_TICKET_TYPE input.ticketTypes.0.taxRate":               {"ticketTypes": []any{ticket(map[string]any{"taxRate": 10_001, "taxName": "VAT"})}},
		"INVALID_TICKET_TYPE input.ticketTypes.0.taxName":               {"ticketTypes": []any{ticket(map[string]any{"taxRate": 700})}},
	} {
		b.update(t, e, changes).want(t, want)
	}
	// A policy worse than none is fine before publication.
	b.update(t, e, map[string]any{"refundPolicy": map[string]any{"allowed": false}}).want(t)
}

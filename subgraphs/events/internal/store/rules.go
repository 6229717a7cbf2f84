package store

import (
	"context"
	"encoding/json"

	"marquee/internal/contract"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// putRules writes the limits and questions of events and the rules of their ticket types.
func putRules(ctx context.Context, q *db.Queries, events []*event.Event) error {
	rows := make([]db.SetEventRulesParams, len(events))
	var types []db.SetTicketRulesParams
	for i, e := range events {
		questions := e.Questions
		if questions == nil {
			questions = []contract.Question{}
		}
		raw, err := json.Marshal(questions)
		if err != nil {
			return err
		}
		rows[i] = db.SetEventRulesParams{
			ID: e.ID, Capacity: toInt32(e.Capacity), PerPersonLimit: toInt32(e.PerPersonLimit), Questions: raw,
		}
		for _, t := range e.TicketTypes {
			types = append(types, rulesOf(t))
		}
	}
	if err := all(q.SetEventRules(ctx, rows)); err != nil {
		return err
	}
	return all(q.SetTicketRules(ctx, types))
}

func rulesOf(t *event.TicketType) db.SetTicketRulesParams {
	return db.SetTicketRulesParams{
		ID: t.ID, Kind: string(t.Kind), Visibility: string(t.Visibility),
		PerPersonLimit: toInt32(t.PerPersonLimit), MaxPerAdmission: toInt32(t.MaxPerAdmission),
	}
}

func toInt(n *int32) *int {
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

// toInt32 narrows a limit, which the domain keeps below a million.
func toInt32(n *int) *int32 {
	if n == nil {
		return nil
	}
	i := int32(*n) // #nosec G115 -- checked by the domain
	return &i
}

package store

import (
	"context"
	"encoding/json"

	"marquee/internal/contract"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// putRules writes the limits and questions of an event and the rules of its ticket types.
func putRules(ctx context.Context, q *db.Queries, e *event.Event, types []db.SetTicketRulesParams) error {
	questions := e.Questions
	if questions == nil {
		questions = []contract.Question{}
	}
	raw, err := json.Marshal(questions)
	if err != nil {
		return err
	}
	if err := q.SetEventRules(ctx, db.SetEventRulesParams{
		ID: e.ID, Capacity: toInt32(e.Capacity), PerPersonLimit: toInt32(e.PerPersonLimit), Questions: raw,
	}); err != nil {
		return err
	}
	var first error
	q.SetTicketRules(ctx, types).Exec(func(_ int, err error) {
		if first == nil {
			first = err
		}
	})
	return first
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

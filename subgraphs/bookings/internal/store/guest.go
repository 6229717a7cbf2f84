package store

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// questions keeps sets of questions in memory. A set never changes.
type questions struct {
	mu   sync.Mutex
	kept map[string][]contract.Question
}

const mostSets = 1000 // sets of questions that are kept

// get returns sets by id, from memory or else from the database. Whoever gets a set must not change it.
func (k *questions) get(ctx context.Context, q *db.Queries, ids []string) (map[string][]contract.Question, error) {
	out := make(map[string][]contract.Question, len(ids))
	var unread []string
	k.mu.Lock()
	for _, id := range ids {
		if set, ok := k.kept[id]; ok {
			out[id] = set
		} else {
			unread = append(unread, id)
		}
	}
	k.mu.Unlock()
	if len(unread) == 0 {
		return out, nil
	}
	rows, err := q.QuestionSets(ctx, unread)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil || len(k.kept) >= mostSets {
		k.kept = map[string][]contract.Question{}
	}
	for _, r := range rows {
		k.kept[r.ID], out[r.ID] = r.Questions, r.Questions
	}
	return out, nil
}

// askShows reads what events ask, without a question to the database where none asks anything.
func (s *Store) askShows(ctx context.Context, q *db.Queries, shows map[string]*booking.Show) error {
	var ids []string
	for _, show := range shows {
		if show.Asks != "" {
			ids = append(ids, show.Asks)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	sets, err := s.questions.get(ctx, q, ids)
	for _, show := range shows {
		show.Questions = sets[show.Asks]
	}
	return err
}

// fillGuests reads what bookings were asked and answered, and their guests; their items and tickets are read already.
func (s *Store) fillGuests(ctx context.Context, q *db.Queries, list []*booking.Booking) error {
	var asked, named []string
	byID := map[string]*booking.Booking{}
	for _, b := range list {
		if b.Asked != "" {
			asked = append(asked, b.Asked)
		}
		if b.Named {
			named = append(named, b.ID)
			byID[b.ID] = b
		}
	}
	if len(asked) > 0 {
		sets, err := s.questions.get(ctx, q, asked)
		if err != nil {
			return err
		}
		for _, b := range list {
			b.AskedSet = sets[b.Asked]
		}
	}
	if len(named) == 0 {
		return nil
	}
	guests, err := q.GuestsOfBookings(ctx, named)
	if err != nil {
		return err
	}
	for _, r := range guests {
		b := byID[r.BookingID]
		b.Guests = append(b.Guests, &booking.Guest{TypeID: r.TicketTypeID, Position: r.Position, Name: r.Name, Email: r.Email, Answers: r.Answers})
	}
	answers, err := q.OrderAnswersOfBookings(ctx, named)
	if err != nil {
		return err
	}
	for _, r := range answers {
		byID[r.BookingID].Answers = r.Answers
	}
	for _, b := range byID {
		b.Fit()
	}
	return nil
}

// noteQuestions writes what new bookings are asked.
func noteQuestions(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	var p []db.SetAskedParams
	for _, b := range list {
		if b.Asked != "" {
			p = append(p, db.SetAskedParams{ID: b.ID, Asked: b.Asked, AnswersMissing: b.AnswersMissing})
		}
	}
	if len(p) == 0 {
		return nil
	}
	return each(in(tx).SetAsked(ctx, p))
}

// nameGuests replaces the guests and answers of bookings. The locks of the bookings guard them.
func nameGuests(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	if len(list) == 0 {
		return nil
	}
	var ids []string
	var named []db.SetNamedParams
	var guests []db.InsertGuestParams
	var answers []db.PutOrderAnswersParams
	for _, b := range list {
		ids = append(ids, b.ID)
		named = append(named, db.SetNamedParams{ID: b.ID, AnswersMissing: b.AnswersMissing})
		answers = append(answers, db.PutOrderAnswersParams{BookingID: b.ID, Answers: append([]booking.Answer{}, b.Answers...)})
		for _, g := range b.Guests {
			guests = append(guests, db.InsertGuestParams{
				BookingID: b.ID, TicketTypeID: g.TypeID, Position: g.Position, Name: g.Name, Email: g.Email, Answers: append([]booking.Answer{}, g.Answers...),
			})
		}
	}
	q := in(tx)
	if err := q.DropGuests(ctx, ids); err != nil {
		return err
	}
	if err := each(q.SetNamed(ctx, named)); err != nil {
		return err
	}
	if err := each(q.InsertGuest(ctx, guests)); err != nil {
		return err
	}
	return each(q.PutOrderAnswers(ctx, answers))
}

// putQuestions writes what an event asks.
func putQuestions(ctx context.Context, q *db.Queries, show *booking.Show) error {
	if show.Asks != "" {
		if err := q.PutQuestionSet(ctx, db.PutQuestionSetParams{ID: show.Asks, Questions: show.Questions}); err != nil {
			return err
		}
	}
	return q.SetAsks(ctx, db.SetAsksParams{ID: show.ID, Asks: show.Asks})
}

// TicketsOfEvent implements booking.GuestList.
func (s *Store) TicketsOfEvent(ctx context.Context, eventID string, after *booking.AttendeePosition, limit int) ([]booking.EventTicket, error) {
	p := db.TicketsOfEventParams{EventID: eventID, AtMost: int32(limit)} // at most page.MaxFirst + 1
	if after != nil {
		p.AfterAt, p.AfterID, p.AfterPosition = &after.CreatedAt, after.ID, after.Ticket
	}
	rows, err := s.read().TicketsOfEvent(ctx, p)
	out := make([]booking.EventTicket, len(rows))
	for i, r := range rows {
		out[i] = booking.EventTicket{TicketID: r.ID, BookingID: r.BookingID, At: booking.AttendeePosition{
			Position: booking.Position{CreatedAt: r.CreatedAt.UTC(), ID: r.BookingID}, Ticket: r.Position,
		}}
	}
	return out, pg.Translate(err)
}

// QuestionsOfEvent implements booking.GuestList.
func (s *Store) QuestionsOfEvent(ctx context.Context, eventID string) ([][]contract.Question, error) {
	ids, err := s.read().QuestionSetsOfEvent(ctx, eventID)
	if err != nil {
		return nil, pg.Translate(err)
	}
	sets, err := s.questions.get(ctx, s.read(), ids)
	var out [][]contract.Question
	for _, id := range ids {
		out = append(out, sets[id])
	}
	return out, pg.Translate(err)
}

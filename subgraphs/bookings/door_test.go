package bookings_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/pass"
)

const (
	undoCheckIn   = `mutation($i: UndoCheckInInput!) { answer: undoCheckIn(input: $i) { object: ticket { id status checkedInAt gate checkIns { gate outcome reason by { id } } } userErrors { field message code } } }`
	reissueTicket = `mutation($i: ReissueTicketInput!) { answer: reissueTicket(input: $i) { object: ticket { id code revision qr } userErrors { field message code } } }`
	rotateKey     = `mutation($i: RotateTicketKeyInput!) { answer: rotateTicketKey(input: $i) { object: key { keyId x signsFrom } userErrors { field message code } } }`
)

// free confirms n free tickets for ada.
func (b *bench) free(e contract.Event, n int) *booking.Booking {
	b.t.Helper()
	k, err := b.box.Confirm(b.t.Context(), ada, b.hold(ada, e, 0, n).ID, id.New("key"))
	if err != nil {
		b.t.Fatal(err)
	}
	return k
}

// qr asks for what a ticket's QR code says.
func (b *bench) qr(ticketID string) string {
	b.t.Helper()
	var d struct {
		Entities []struct{ QR, QRImage *string } `json:"_entities"`
	}
	b.Do(b.t, ada, `query($t: ID!) { _entities(representations: [{__typename: "Ticket", id: $t}]) { ... on Ticket { qr qrImage } } }`,
		map[string]any{"t": ticketID}).Into(b.t, &d)
	if d.Entities[0].QR == nil {
		return ""
	}
	if !strings.HasPrefix(*d.Entities[0].QRImage, "data:image/svg+xml;base64,") {
		b.t.Errorf("picture %.40s", *d.Entities[0].QRImage)
	}
	return *d.Entities[0].QR
}

func (b *bench) scan(e contract.Event, code, gate string) answer {
	b.t.Helper()
	return b.mutate(organizer, checkInTicket, map[string]any{"eventId": e.EventID, "code": code, "gate": gate})
}

func (b *bench) get(path string) []byte {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.URL()+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %d %s %v", path, response.StatusCode, body, err)
	}
	return body
}

func TestQRCodesAtTheDoor(t *testing.T) {
	t.Parallel()
	b := start(t)
	e, other := b.published(0, 10), b.published(0, 10)
	k := b.free(e, 3)
	payload := b.qr(k.Tickets[0].ID)
	offline, err := bookings.VerifyTicket(b.get("/.well-known/ticket-keys.json"), payload)
	if err != nil || offline.TicketID != k.Tickets[0].ID || offline.EventID != e.EventID || offline.Revision != 1 {
		t.Fatalf("offline: %+v, %v", offline, err)
	}
	if got := b.scan(other, payload, ""); got.codes() != "WRONG_EVENT input.code" || string(got.Object) != "null" || !strings.Contains(got.UserErrors[0].Message, e.Title) {
		t.Errorf("at another event: %s %s %v", got.codes(), got.Object, got.UserErrors)
	}
	stranger, err := pass.NewKey(b.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	forged, err := pass.Sign(pass.Pass{TicketID: k.Tickets[0].ID, EventID: e.EventID, Revision: 1}, stranger)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.scan(e, forged, ""); got.codes() != "TICKET_FORGED input.code" {
		t.Errorf("forged: %s", got.codes())
	}
	if got := b.scan(e, payload, "North"); got.codes() != "" {
		t.Fatalf("let in: %s", got.codes())
	}
	if got := b.scan(e, strings.ToLower(payload), "South"); got.codes() != "ALREADY_CHECKED_IN input.code" || !strings.Contains(string(got.Object), `"gate":"North"`) {
		t.Errorf("again: %s %s", got.codes(), got.Object)
	}

	// Issued again, what was shown before is worthless, as QR code and as text.
	old, oldCode := b.qr(k.Tickets[1].ID), k.Tickets[1].Code
	again := b.mutate(ada, reissueTicket, map[string]any{"ticketId": k.Tickets[1].ID})
	newer := decode[struct {
		Code, QR string
		Revision int
	}](t, again.Object)
	if again.codes() != "" || newer.Revision != 2 || newer.Code == oldCode || newer.QR == old {
		t.Fatalf("issued again: %s %s", again.codes(), again.Object)
	}
	for _, read := range []string{old, oldCode} {
		if got := b.scan(e, read, ""); got.codes() != "TICKET_REPLACED input.code" {
			t.Errorf("replaced %.12s: %s", read, got.codes())
		}
	}
	if got := b.scan(e, newer.Code, ""); got.codes() != "" {
		t.Errorf("the newest: %s", got.codes())
	}
	if got := b.mutate(ada, reissueTicket, map[string]any{"ticketId": k.Tickets[0].ID}); got.codes() != "ALREADY_CHECKED_IN input.ticketId" {
		t.Errorf("issued again while in: %s", got.codes())
	}
	if got := b.mutate(bob, reissueTicket, map[string]any{"ticketId": k.Tickets[2].ID}); got.codes() != "TICKET_NOT_FOUND input.ticketId" {
		t.Errorf("issued again by somebody: %s", got.codes())
	}

	// A cancelled ticket has no QR code, and the one it had lets nobody in.
	gone := b.free(e, 1)
	dead := b.qr(gone.Tickets[0].ID)
	if _, err := b.box.Cancel(t.Context(), ada, gone.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	if got := b.scan(e, dead, ""); got.codes() != "TICKET_VOID input.code" || b.qr(gone.Tickets[0].ID) != "" {
		t.Errorf("void: %s", got.codes())
	}
	if got := b.mutate(ada, reissueTicket, map[string]any{"ticketId": gone.Tickets[0].ID}); got.codes() != "TICKET_VOID input.ticketId" {
		t.Errorf("void issued again: %s", got.codes())
	}
	b.conserved()
}

func TestUndoneCheckIn(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k := b.free(e, 2)
	code := k.Tickets[0].Code
	undo := map[string]any{"eventId": e.EventID, "code": code, "reason": "wrong person"}
	if got := b.mutate(organizer, undoCheckIn, undo); got.codes() != "NOT_CHECKED_IN input.code" {
		t.Errorf("undone before: %s", got.codes())
	}
	b.scan(e, code, "North")
	for who, want := range map[*viewer.Viewer]string{ada: "EVENT_NOT_FOUND input.eventId", bob: "EVENT_NOT_FOUND input.eventId"} {
		if got := b.mutate(who, undoCheckIn, undo); got.codes() != want {
			t.Errorf("undone by %s: %s", who.UserID, got.codes())
		}
	}
	b.clock.Forward(time.Minute)
	got := b.mutate(organizer, undoCheckIn, undo)
	seen := decode[struct {
		Status      string
		CheckedInAt *time.Time
		CheckIns    []struct {
			Gate, Outcome, Reason string
			By                    *struct{ ID string }
		}
	}](t, got.Object)
	if got.codes() != "" || seen.Status != "VALID" || seen.CheckedInAt != nil || len(seen.CheckIns) != 2 {
		t.Fatalf("undone: %s %s", got.codes(), got.Object)
	}
	if last := seen.CheckIns[1]; last.Outcome != "UNDONE" || last.Gate != "North" || last.Reason != "wrong person" || last.By == nil || last.By.ID != organizer.UserID {
		t.Errorf("kept: %+v", last)
	}
	b.clock.Forward(time.Minute)
	if again := b.scan(e, b.qr(k.Tickets[0].ID), "South"); again.codes() != "" {
		t.Fatalf("in again: %s", again.codes())
	}
	b.scan(e, code, "South")
	b.scan(e, "nonsense!", "South")

	var d struct {
		Entities []struct{ CheckInStats *stats } `json:"_entities"`
	}
	b.Do(t, organizer, statsQuery, map[string]any{"e": e.EventID}).Into(t, &d)
	want := stats{Tickets: 2, CheckedIn: 1, Undone: 1, Refused: 2, Gates: []gate{{"North", 0, 0}, {"South", 1, 2}}}
	s := d.Entities[0].CheckInStats
	var outcomes []string
	for _, r := range s.Recent {
		outcomes = append(outcomes, r.Outcome)
	}
	if s.Recent = nil; fmt.Sprint(*s) != fmt.Sprint(want) {
		t.Errorf("stats %+v, want %+v", *s, want)
	}
	if fmt.Sprint(outcomes) != "[NOT_FOUND ALREADY_IN LET_IN UNDONE LET_IN]" {
		t.Errorf("scans %v", outcomes)
	}
	if r := b.Do(t, ada, statsQuery, map[string]any{"e": e.EventID}); len(r.Errors) != 1 || r.Errors[0].Code != "FORBIDDEN" {
		t.Errorf("stats for the holder: %+v", r)
	}
	// The holder sees the scans, not who scanned.
	var mine struct {
		Entities []struct {
			CheckIns []struct{ By *struct{ ID string } }
		} `json:"_entities"`
	}
	b.Do(t, ada, `query($t: ID!) { _entities(representations: [{__typename: "Ticket", id: $t}]) { ... on Ticket { checkIns { by { id } } } } }`,
		map[string]any{"t": k.Tickets[0].ID}).Into(t, &mine)
	if scans := mine.Entities[0].CheckIns; len(scans) != 4 || scans[0].By != nil {
		t.Errorf("the holder sees %+v", scans)
	}
	b.wantTold(k.ID, "booking.held", "booking.confirmed", "ticket.checked_in", "ticket.check_in_undone", "ticket.checked_in")
	entries := b.PublishedTo(t, "ticket.checked_in")
	if first, second := decode[contract.TicketCheckedIn](t, entries[0].Payload), decode[contract.TicketCheckedIn](t, entries[1].Payload); first.Entry != 1 || second.Entry != 2 {
		t.Errorf("entries %d and %d", first.Entry, second.Entry)
	}
}

const statsQuery = `query($e: ID!) { _entities(representations: [{__typename: "Event", id: $e}]) { ... on Event { checkInStats {
	tickets checkedIn undone refused gates { gate checkedIn refused } recent { outcome ticket { name booking { reference } } } } } } }`

type gate struct {
	Gate               string
	CheckedIn, Refused int
}

type stats struct {
	Tickets, CheckedIn, Undone, Refused int
	Gates                               []gate
	Recent                              []struct{ Outcome string }
}

// Scans and undoings at several gates at once: whoever is in came in once more than was taken back, and the gates' counters agree.
func TestManyGatesAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k := b.free(e, 3)
	var gates sync.WaitGroup
	for g := range 6 {
		gates.Go(func() {
			for i := range 12 {
				code := k.Tickets[i%3].Code
				if g == 5 {
					_, _ = b.door.UndoCheckIn(t.Context(), organizer, e.EventID, code, "", id.New("key"))
					continue
				}
				_, _ = b.door.CheckIn(t.Context(), organizer, e.EventID, code, fmt.Sprint("Gate ", g), id.New("key"))
			}
		})
	}
	gates.Wait()
	s, err := b.door.Stats(t.Context(), organizer, e.EventID)
	if err != nil {
		t.Fatal(err)
	}
	in := 0
	for _, ticket := range b.now(k.ID).Tickets {
		if ticket.Status == booking.CheckedIn {
			in++
		}
	}
	told, undone := len(b.PublishedTo(t, "ticket.checked_in")), len(b.PublishedTo(t, "ticket.check_in_undone"))
	if s.CheckedIn != in || told-undone != in || s.Undone != undone || s.CheckedIn+s.Undone+s.Refused != 60 {
		t.Errorf("%d in, %d told, %d undone; stats %+v", in, told, undone, s)
	}
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k := b.free(e, 1)
	before := b.qr(k.Tickets[0].ID)
	if got := b.Do(t, organizer, rotateKey, map[string]any{"i": map[string]any{}}); len(got.Errors) != 1 || got.Errors[0].Code != "FORBIDDEN" {
		t.Errorf("rotated by a manager: %+v", got)
	}
	if got := b.mutate(admin, rotateKey, map[string]any{"reason": strings.Repeat("x", 501)}); got.codes() != "INVALID_INPUT input.reason" {
		t.Errorf("a long reason: %s", got.codes())
	}
	rotated := decode[struct {
		KeyID     string
		SignsFrom time.Time
	}](t, b.mutate(admin, rotateKey, map[string]any{"reason": "yearly"}).Object)
	if !rotated.SignsFrom.Equal(b.clock.Now().Add(keyring.Notice)) {
		t.Errorf("signs from %s", rotated.SignsFrom)
	}
	if b.qr(k.Tickets[0].ID) != before {
		t.Error("the new key signs before its time")
	}
	b.clock.Forward(keyring.Notice)
	after := b.qr(k.Tickets[0].ID)
	keys := b.get("/.well-known/ticket-keys.json")
	for _, payload := range []string{before, after} {
		if _, err := bookings.VerifyTicket(keys, payload); err != nil {
			t.Errorf("%.12s…: %v", payload, err)
		}
	}
	var asked struct {
		TicketKeys []struct{ KeyID, Algorithm, X string }
	}
	b.Do(t, organizer, `{ ticketKeys { keyId algorithm x } }`, nil).Into(t, &asked)
	var set struct{ Keys []struct{ Kid, X string } }
	if err := json.Unmarshal(keys, &set); err != nil {
		t.Fatal(err)
	}
	if after == before || len(set.Keys) != 2 || len(asked.TicketKeys) != 2 || asked.TicketKeys[1].KeyID != rotated.KeyID || set.Keys[1].X != asked.TicketKeys[1].X {
		t.Errorf("keys %s, asked %+v", keys, asked)
	}
	if got := b.scan(e, before, ""); got.codes() != "" {
		t.Errorf("signed by the old key: %s", got.codes())
	}
}

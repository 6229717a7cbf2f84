package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bus"
)

// target records what it takes and refuses the events it has an error for.
type target struct {
	topic  string
	refuse map[string]error // by event id

	mu  sync.Mutex
	got []bus.Event
}

func (t *target) Wants(topic string) bool { return t.topic == "" || t.topic == topic }

func (t *target) Deliver(_ context.Context, events []bus.Event) []error {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]error, len(events))
	for i, e := range events {
		t.got = append(t.got, e)
		out[i] = t.refuse[e.ID]
	}
	return out
}

func events(ids ...string) []bus.Event {
	var out []bus.Event
	for _, id := range ids {
		out = append(out, bus.Event{
			ID: id, Source: "bookings", Topic: "booking.held", Key: "bkg_1", At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
			TraceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Payload: json.RawMessage(`{"bookingId":"bkg_1"}`),
		})
	}
	return out
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("POST "+bus.Path, h)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestEventsArriveAsTheyWere(t *testing.T) {
	t.Parallel()
	there := &target{}
	for _, slash := range []string{"", "/"} {
		there.got = nil
		sent := events("evn_1", "evn_2", "evn_3")
		answers := bus.NewRemote(serve(t, bus.Receive("secret", there))+slash, "secret").Deliver(t.Context(), sent)
		if len(answers) != 3 || errors.Join(answers...) != nil || !reflect.DeepEqual(there.got, sent) {
			t.Errorf("answers %v, arrived %+v", answers, there.got)
		}
	}
}

func TestEachEventHasItsAnswer(t *testing.T) {
	t.Parallel()
	there := &target{refuse: map[string]error{"evn_2": errors.New("no seats"), "evn_3": errors.New("")}}
	answers := bus.NewRemote(serve(t, bus.Receive("secret", there)), "secret").Deliver(t.Context(), events("evn_1", "evn_2", "evn_3", "evn_4"))
	for i, want := range []string{"", "no seats", "refused", ""} {
		if (answers[i] == nil) != (want == "") || want != "" && !strings.Contains(answers[i].Error(), want) {
			t.Errorf("event %d: %v, want %q", i, answers[i], want)
		}
	}
}

func TestStrangersAreNotHeard(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ theirs, ours string }{{"wrong", "secret"}, {"", "secret"}, {"secret2", "secret"}, {"", ""}} {
		there := &target{}
		remote := bus.NewRemote(serve(t, bus.Receive(c.ours, there)), c.theirs)
		for _, err := range remote.Deliver(t.Context(), events("evn_1", "evn_2")) {
			if err == nil || !strings.Contains(err.Error(), "401") || c.ours != "" && strings.Contains(err.Error(), c.ours) {
				t.Errorf("%q for %q: %v", c.theirs, c.ours, err)
			}
		}
		if len(there.got) != 0 {
			t.Errorf("%q for %q got through", c.theirs, c.ours)
		}
	}
}

// Whatever the other side does instead of answering event by event, no event counts as delivered.
func TestNoAnswerIsNoDelivery(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, body) })
	}
	for name, h := range map[string]http.Handler{
		"too few":  answer(200, `[""]`),
		"too many": answer(200, `["","",""]`),
		"none":     answer(200, `[]`),
		"null":     answer(200, `null`),
		"empty":    answer(200, ``),
		"a page":   answer(200, `<html>`),
		"cut": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "7")
			_, _ = io.WriteString(w, `["",`)
		}),
		"error":       answer(500, `["",""]`),
		"no content":  answer(204, ``),
		"redirection": http.RedirectHandler("/elsewhere", http.StatusTemporaryRedirect),
		"break":       http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
	} {
		answers := bus.NewRemote(serve(t, h), "secret").Deliver(t.Context(), events("evn_1", "evn_2"))
		for i, err := range answers {
			if err == nil || strings.Contains(err.Error(), "%!") {
				t.Errorf("%s: event %d: %v", name, i, err)
			}
		}
		if len(answers) != 2 {
			t.Errorf("%s: %d answers", name, len(answers))
		}
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if err := bus.One(t.Context(), bus.NewRemote(gone.URL, "secret"), events("evn_1")[0]); err == nil {
		t.Error("delivered to nobody")
	}
}

func TestReceiveRefusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	there := &target{}
	url := serve(t, bus.Receive("secret", there)) + bus.Path
	for _, body := range []string{"", "{}", "[1]", `[{"id":`} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer secret")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || len(there.got) != 0 {
			t.Errorf("%q: %s, arrived %v", body, response.Status, there.got)
		}
	}
}

// A target that refuses or does not want an event does not keep the others from it, and the answer tells of every refusal.
func TestDirect(t *testing.T) {
	t.Parallel()
	held := &target{topic: "booking.held", refuse: map[string]error{"evn_2": errors.New("first")}}
	all := &target{refuse: map[string]error{"evn_2": errors.New("second"), "evn_3": errors.New("third")}}
	none := &target{topic: "user.registered"}
	list := events("evn_1", "evn_2", "evn_3")
	list[2].Topic = "booking.confirmed"
	answers := bus.Direct{held, all, none}.Deliver(t.Context(), list)
	if answers[0] != nil || answers[1] == nil || !strings.Contains(answers[1].Error(), "first") || !strings.Contains(answers[1].Error(), "second") ||
		answers[2] == nil || answers[2].Error() != "third" {
		t.Errorf("answers %v", answers)
	}
	if got := fmt.Sprint(len(held.got), len(all.got), len(none.got)); got != "2 3 0" {
		t.Errorf("the targets got %s", got)
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	type held struct {
		BookingID string `json:"bookingId"`
	}
	if m, err := bus.Decode[held](events("evn_1")[0]); err != nil || m.BookingID != "bkg_1" {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := bus.Decode[held](bus.Event{Payload: json.RawMessage(`{"bookingId":1}`)}); err == nil {
		t.Error("a number is a booking's id")
	}
}

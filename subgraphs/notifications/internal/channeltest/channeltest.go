// Package channeltest is the suite that every notification channel passes.
package channeltest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/subgraphs/notifications/internal/notification"
)

// Mail is what arrived.
type Mail struct {
	Key         string // of the envelope
	To, Subject string
	Text, HTML  string
	Headers     map[string][]string // of the whole mail; nil for channels without
}

// Bench is a channel under test.
type Bench struct {
	Channel notification.Channel
	// Arrived returns what the recipient has of a message, newest round last.
	Arrived func(t testing.TB, messageID string) []Mail
}

// Run runs the suite; fresh makes a bench for one test.
func Run(t *testing.T, fresh func(t testing.TB) Bench) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(t *testing.T, b Bench)
	}{
		{"a message arrives as it was written", unchanged},
		{"the same key twice is one mail", once},
		{"the same key at the same time is one mail", atOnce},
		{"a resend arrives", resend},
		{"a bad address is refused for good", badAddress},
		{"a subject cannot add headers", injection},
		{"an ended context sends nothing", cancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, fresh(t))
		})
	}
}

func envelope() notification.Envelope {
	return notification.Envelope{
		MessageID: id.New("msg"), Round: 1, To: "ada@example.org", Subject: "You are going to Größe & Ωmega – 東京 🎫",
		Text: "Hello Ada,\n\nä ö ü = 50 % <b> \u00a0 .\n.\nFrom here on: 東京\n", HTML: "<p>Hello <b>Ada</b> &amp; 東京 " + strings.Repeat("long ", 300) + "</p>\n",
		At: time.Date(2027, 3, 28, 19, 30, 0, 0, time.UTC),
	}
}

func send(t *testing.T, b Bench, e notification.Envelope) {
	t.Helper()
	if err := b.Channel.Send(t.Context(), e); err != nil {
		t.Fatalf("send: %v", err)
	}
}

func unchanged(t *testing.T, b Bench) {
	e := envelope()
	send(t, b, e)
	got := b.Arrived(t, e.MessageID)
	if len(got) != 1 {
		t.Fatalf("%d mails arrived, want 1", len(got))
	}
	m := got[0]
	if m.Key != e.Key() || m.To != e.To || m.Subject != e.Subject {
		t.Errorf("got key %q to %q subject %q", m.Key, m.To, m.Subject)
	}
	if lines(m.Text) != e.Text {
		t.Errorf("text: got %q, want %q", m.Text, e.Text)
	}
	if lines(m.HTML) != e.HTML {
		t.Errorf("HTML: got %q, want %q", m.HTML, e.HTML)
	}
}

// lines undoes what mail does to line ends.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func once(t *testing.T, b Bench) {
	e := envelope()
	send(t, b, e)
	send(t, b, e)
	if got := b.Arrived(t, e.MessageID); len(got) != 1 {
		t.Errorf("%d mails arrived, want 1", len(got))
	}
}

func atOnce(t *testing.T, b Bench) {
	e := envelope()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := b.Channel.Send(t.Context(), e); err != nil {
				t.Errorf("send: %v", err)
			}
		})
	}
	all.Wait()
	if got := b.Arrived(t, e.MessageID); len(got) != 1 || lines(got[0].Text) != e.Text {
		t.Errorf("%d mails arrived, want 1: %+v", len(got), got)
	}
}

func resend(t *testing.T, b Bench) {
	e := envelope()
	send(t, b, e)
	e.Round = 2
	send(t, b, e)
	got := b.Arrived(t, e.MessageID)
	if len(got) == 0 || got[len(got)-1].Key != e.Key() {
		t.Errorf("the second round did not arrive: %+v", got)
	}
}

func badAddress(t *testing.T, b Bench) {
	for _, to := range []string{
		"", "nobody", "a@", "@b", "a@b@c", "a b@example.org", "Ada <ada@example.org>", "a@example.org, b@example.org",
		"a@example.org\r\nBcc: b@example.org", "a@example.org\n", "a\x00@example.org",
	} {
		e := envelope()
		e.To = to
		err := b.Channel.Send(t.Context(), e)
		var refusal *notification.Refusal
		if !errors.As(err, &refusal) || !refusal.Final || refusal.Reason == "" {
			t.Errorf("to %q: got %v, want a final refusal with a reason", to, err)
		}
		if got := b.Arrived(t, e.MessageID); len(got) != 0 {
			t.Errorf("to %q: arrived", to)
		}
	}
}

func injection(t *testing.T, b Bench) {
	for _, subject := range []string{"hello\r\nBcc: eve@example.org", "hello\nBcc: eve@example.org", "hello\r\n\r\nbody"} {
		e := envelope()
		e.Subject = subject
		if err := b.Channel.Send(t.Context(), e); err != nil {
			continue // refusing is as good
		}
		for _, m := range b.Arrived(t, e.MessageID) {
			if len(m.Headers["Bcc"]) > 0 || lines(m.Text) != e.Text {
				t.Errorf("subject %q broke out: %+v", subject, m)
			}
		}
	}
}

func cancelled(t *testing.T, b Bench) {
	e := envelope()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Channel.Send(ctx, e); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if got := b.Arrived(t, e.MessageID); len(got) != 0 {
		t.Errorf("arrived: %+v", got)
	}
}

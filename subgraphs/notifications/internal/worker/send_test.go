package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/id"
	"marquee/internal/jobs"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
	"marquee/subgraphs/notifications/internal/mail"
	"marquee/subgraphs/notifications/internal/notification"
	"marquee/subgraphs/notifications/internal/store"
	"marquee/subgraphs/notifications/internal/worker"
)

// moody is a provider's stand-in: it logs the key of every call, and each call does the next thing of its script.
type moody struct {
	script []func(context.Context) error
	calls  []string
	mails  map[string]bool // by key: a provider drops what it has already
}

func (*moody) Name() string { return "moody" }

func (m *moody) Send(ctx context.Context, e notification.Envelope) error {
	m.calls = append(m.calls, e.Key())
	next := m.script[0]
	m.script = m.script[1:]
	err := next(ctx)
	if err == nil || errors.Is(err, errAfterwards) {
		m.mails[e.Key()] = true
	}
	return err
}

var errAfterwards = errors.New("dial tcp 10.1.2.3:25: timed out after doing the work")

func works(context.Context) error      { return nil }
func afterwards(context.Context) error { return errAfterwards }
func breaks(context.Context) error     { return errors.New("dial tcp 10.1.2.3:25: refused") }
func rejects(context.Context) error    { return notification.Refuse("The mailbox is gone.", nil) }
func hangs(ctx context.Context) error  { <-ctx.Done(); return ctx.Err() }

type bench struct {
	*notification.Sender
	store   *store.Store
	channel *moody
	message string
}

// start queues one message for the stand-in; nothing sends it but the test.
func start(t *testing.T, channelName string, script ...func(context.Context) error) bench {
	t.Helper()
	pool := pgtest.Pool(t, os.DirFS("../../migrations"))
	queue := jobs.New()
	s := store.New(pool, queue)
	b := bench{store: s, channel: &moody{script: script, mails: map[string]bool{}}}
	b.Sender = &notification.Sender{Log: s, Now: time.Now, Channels: map[string]notification.Channel{"moody": b.channel}}
	river.AddWorker(queue.Workers(), &worker.Send{Sender: b.Sender})
	if err := queue.Open(pool, 1, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	writer, err := mail.New("http://marquee.example")
	if err != nil {
		t.Fatal(err)
	}
	notifier := &notification.Notifier{Writer: writer, Now: time.Now, Channel: channelName}
	user := id.New("usr")
	err = pg.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		in := s.Tx(tx)
		if err := notifier.Register(t.Context(), in, notification.Recipient{UserID: user, Email: "ada@example.org", Name: "Ada"}); err != nil {
			return err
		}
		return notifier.Notify(t.Context(), in, notification.Facts{
			Kind: notification.BookingConfirmed, UserID: user, Subject: "bkg_1", Brief: notification.Brief{BookingID: "bkg_1"}, At: time.Now(),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := pool.QueryRow(t.Context(), "select id from message").Scan(&b.message); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bench) want(t *testing.T, status notification.DeliveryStatus, attempts int, failure string) {
	t.Helper()
	found, err := b.store.MessagesByID(t.Context(), []string{b.message})
	if err != nil {
		t.Fatal(err)
	}
	m := found[b.message]
	got := ""
	if m.Failure != nil {
		got = *m.Failure
	}
	if m.Status != status || m.Attempts != attempts || got != failure || strings.Contains(got, "10.1.2.3") {
		t.Errorf("%s after %d tries, failure %q; want %s, %d, %q", m.Status, m.Attempts, got, status, attempts, failure)
	}
}

func (b bench) send(t *testing.T, round int, last, again bool) {
	t.Helper()
	if err := b.Send(t.Context(), b.message, round, last); (err != nil) != again {
		t.Errorf("send: %v, want an error: %v", err, again)
	}
}

func TestTriedUntilItWorks(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", breaks, afterwards, works)
	b.want(t, notification.Queued, 0, "")
	b.send(t, 1, false, true)
	b.want(t, notification.Queued, 1, "The channel did not answer.")
	b.send(t, 1, false, true)
	b.send(t, 1, true, false)
	b.want(t, notification.Sent, 3, "")
	b.send(t, 1, false, false) // the job runs again after a crash before River heard of it
	if len(b.channel.calls) != 3 || len(b.channel.mails) != 1 {
		t.Errorf("calls %v, mails %v", b.channel.calls, b.channel.mails)
	}
}

func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", rejects)
	b.send(t, 1, false, false)
	b.want(t, notification.Failed, 1, "The mailbox is gone.")
	b.send(t, 1, false, false)
	if len(b.channel.calls) != 1 {
		t.Errorf("calls %v", b.channel.calls)
	}
}

func TestLastTryFails(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", breaks, works)
	b.send(t, 1, true, false)
	b.want(t, notification.Failed, 1, "The channel did not answer.")
	if _, err := b.store.Resend(t.Context(), b.message); err != nil {
		t.Fatal(err)
	}
	b.send(t, 1, false, false) // a job of the old round sends nothing
	b.send(t, 2, false, false)
	b.want(t, notification.Sent, 2, "")
	if want := []string{b.message + ".1", b.message + ".2"}; !slices.Equal(b.channel.calls, want) {
		t.Errorf("calls %v, want %v", b.channel.calls, want)
	}
}

// A process that dies in the last try leaves a message that shows it and can be sent again.
func TestCrashInTheLastTry(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", func(context.Context) error { panic("killed") }, works)
	func() {
		defer func() { _ = recover() }()
		_ = b.Send(t.Context(), b.message, 1, true)
	}()
	b.want(t, notification.Failed, 1, "The last try was interrupted.")
	if _, err := b.store.Resend(t.Context(), b.message); err != nil {
		t.Fatal(err)
	}
	b.send(t, 2, false, false)
	b.want(t, notification.Sent, 2, "")
}

func TestStoppedWhileSending(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", hangs, works)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := b.Send(ctx, b.message, 1, false); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("send: %v", err)
	}
	b.want(t, notification.Queued, 1, "")
	b.send(t, 1, false, false)
	b.want(t, notification.Sent, 2, "")
}

func TestChannelThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	b := start(t, "pigeon")
	b.send(t, 1, false, true)
	b.want(t, notification.Queued, 1, "The channel is not configured.")
}

package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
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
	mu     sync.Mutex
	script []func(context.Context) error
	calls  []string
	mails  map[string]bool // by key: a provider drops what it has already
}

func (*moody) Name() string { return "moody" }

func (m *moody) Send(ctx context.Context, e notification.Envelope) error {
	m.mu.Lock()
	m.calls = append(m.calls, e.Key())
	next := m.script[0]
	m.script = m.script[1:]
	m.mu.Unlock()
	err := next(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
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
	pool    *pgxpool.Pool
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
	b := bench{pool: pool, store: s, channel: &moody{script: script, mails: map[string]bool{}}}
	writer, err := mail.New("http://marquee.example")
	if err != nil {
		t.Fatal(err)
	}
	b.Sender = &notification.Sender{Log: s, Writer: writer, Now: time.Now, Channels: map[string]notification.Channel{"moody": b.channel}}
	river.AddWorker(queue.Workers(), &worker.Send{Sender: b.Sender})
	river.AddWorker(queue.Workers(), &worker.SendTogether{Sender: b.Sender})
	if err := queue.Open(pool, 1, slog.New(slog.DiscardHandler)); err != nil {
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
	if err := b.Send(t.Context(), []string{b.message}, round, last); (err != nil) != again {
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
	b := start(t, "moody", works)
	if _, err := b.store.BeginAttempts(t.Context(), []string{b.message}, 1, true); err != nil {
		t.Fatal(err)
	}
	b.want(t, notification.Failed, 1, "The last try was interrupted.")
	if _, err := b.store.Resend(t.Context(), b.message); err != nil {
		t.Fatal(err)
	}
	b.send(t, 2, false, false)
	b.want(t, notification.Sent, 2, "")
}

// A channel that panics harms its own message only.
func TestChannelThatPanics(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", func(context.Context) error { panic("10.1.2.3") }, works)
	b.send(t, 1, false, true)
	b.want(t, notification.Queued, 1, "The channel did not answer.")
	b.send(t, 1, false, false)
	b.want(t, notification.Sent, 2, "")
}

func TestStoppedWhileSending(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", hangs, works)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := b.Send(ctx, []string{b.message}, 1, false); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("send: %v", err)
	}
	b.want(t, notification.Queued, 1, "")
	b.send(t, 1, false, false)
	b.want(t, notification.Sent, 2, "")
}

// Some of many that are sent together do not go: those are tried again, the others are settled.
func TestTogether(t *testing.T) {
	t.Parallel()
	const n = 20
	b := start(t, "moody")
	var script []func(context.Context) error
	for i := range n {
		script = append(script, []func(context.Context) error{works, breaks, rejects, works}[i%4])
	}
	for range n / 4 {
		script = append(script, works)
	}
	b.channel.script = script
	pool := b.pool
	if _, err := pool.Exec(t.Context(), `with n as (
			insert into notification (id, user_id, seq, kind, subject, title, body, facts, created_at)
			select 'ntf_' || i, n.user_id, 1 + i, n.kind, 'bkg_x' || i, n.title, n.body, n.facts, n.created_at from notification n, generate_series(1, $1) i
			returning id)
		insert into message (id, notification_id, user_id, channel, status, recipient, created_at)
		select 'msg_' || n.id, n.id, m.user_id, m.channel, m.status, m.recipient, m.created_at from n, message m`, n-1); err != nil {
		t.Fatal(err)
	}
	rows, err := pool.Query(t.Context(), "select id from message")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) != n {
		t.Fatal(len(ids), err)
	}
	if err := b.Send(t.Context(), ids, 1, false); err == nil {
		t.Error("nothing is to be tried again")
	}
	count := func() (sent, queued, failed, attempts int) {
		if err := pool.QueryRow(t.Context(), `select count(*) filter (where status = 'SENT'), count(*) filter (where status = 'QUEUED' and failure <> ''),
				count(*) filter (where status = 'FAILED'), sum(attempts) from message`).Scan(&sent, &queued, &failed, &attempts); err != nil {
			t.Fatal(err)
		}
		return sent, queued, failed, attempts
	}
	if sent, queued, failed, attempts := count(); sent != n/2 || queued != n/4 || failed != n/4 || attempts != n {
		t.Errorf("%d sent, %d queued, %d failed, %d tries", sent, queued, failed, attempts)
	}
	if err := b.Send(t.Context(), ids, 1, false); err != nil {
		t.Error(err)
	}
	if sent, queued, failed, attempts := count(); sent != n/2+n/4 || queued != 0 || failed != n/4 || attempts != n+n/4 || len(b.channel.calls) != n+n/4 {
		t.Errorf("%d sent, %d queued, %d failed, %d tries, %d calls", sent, queued, failed, attempts, len(b.channel.calls))
	}
}

// The words are found when a message is sent, and kept with it.
func TestWrittenWhenSent(t *testing.T) {
	t.Parallel()
	b := start(t, "moody", breaks, works)
	look := func() (unwritten bool, words string) {
		found, err := b.store.MessagesByID(t.Context(), []string{b.message})
		if err != nil {
			t.Fatal(err)
		}
		m := found[b.message]
		return m.Unwritten != nil, m.Subject
	}
	if unwritten, words := look(); !unwritten || words != "" {
		t.Errorf("unwritten %v, %q", unwritten, words)
	}
	b.send(t, 1, false, true)
	unwritten, first := look()
	if unwritten || first == "" {
		t.Errorf("unwritten %v, %q", unwritten, first)
	}
	b.send(t, 1, false, false)
	if unwritten, words := look(); unwritten || words != first {
		t.Errorf("unwritten %v, %q, before %q", unwritten, words, first)
	}
}

func TestChannelThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	b := start(t, "pigeon")
	b.send(t, 1, false, true)
	b.want(t, notification.Queued, 1, "The channel is not configured.")
}

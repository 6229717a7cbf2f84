package sandbox_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/pg/pgtest"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest"
	"marquee/subgraphs/payments/internal/provider/sandbox"
)

// bench is a sandbox with its page served.
type bench struct {
	*sandbox.Sandbox
	db   *pgxpool.Pool
	late atomic.Int64 // how much the clock is ahead
	url  string
}

func start(t *testing.T) *bench {
	t.Helper()
	b := &bench{db: pgtest.Pool(t, os.DirFS("../../../migrations"))}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.url = server.URL
	b.Sandbox = sandbox.New(b.db, sandbox.Options{
		PublicURL: server.URL, Now: func() time.Time { return time.Now().Add(time.Duration(b.late.Load())) },
		Slow: 50 * time.Millisecond, Late: time.Hour, Dispute: time.Hour, Log: slog.New(slog.DiscardHandler),
	})
	for pattern, h := range b.Routes() {
		mux.Handle(pattern, h)
	}
	return b
}

// browser does not follow redirects: they lead to the shop.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func post(t *testing.T, address, decision string) *http.Response {
	t.Helper()
	r, err := browser.PostForm(address, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	return r
}

func get(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	r, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}

func (b *bench) moved(t *testing.T, key string) int64 {
	t.Helper()
	var logged, charged int64
	if err := b.db.QueryRow(t.Context(), "select coalesce(sum(moved), 0) from sandbox.log where charge_key = $1", key).Scan(&logged); err != nil {
		t.Fatal(err)
	}
	if err := b.db.QueryRow(t.Context(), `select coalesce(sum(case when state = 'CAPTURED' and not dispute_logged then amount - refunded end), 0)
		from sandbox.charge where key = $1`, key).Scan(&charged); err != nil {
		t.Fatal(err)
	}
	if logged != charged {
		t.Errorf("the log says %d, the charge %d", logged, charged)
	}
	return logged
}

func TestConformance(t *testing.T) {
	t.Parallel()
	providertest.Run(t, func(t *testing.T) providertest.Fixture {
		b := start(t)
		return providertest.Fixture{
			Provider: b.Sandbox,
			Decide: func(t *testing.T, c payment.Charge, approve bool) {
				decision := map[bool]string{true: "approve", false: "decline"}[approve]
				if r := post(t, c.ActionURL, decision); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "http://marquee.example/checkout/bkg_1" {
					t.Errorf("the page answered %d to %q", r.StatusCode, r.Header.Get("Location"))
				}
			},
			Moved:        b.moved,
			LetTimePass:  func(*testing.T) { b.late.Store(int64(time.Hour)) },
			OpenDispute:  func(*testing.T, string) { b.late.Store(int64(90 * time.Minute)) },
			CloseDispute: func(*testing.T, string, bool) { b.late.Store(int64(180 * time.Minute)) },
		}
	})
}

func (b *bench) challenge(t *testing.T) payment.Charge {
	t.Helper()
	card, err := payment.CardInput{Number: "4000000000003220", ExpiryMonth: 1, ExpiryYear: 2099, Cvc: "123"}.Check(time.Now().AddDate(30, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Charge(t.Context(), payment.ChargeRequest{Card: card, ChargeRef: payment.ChargeRef{
		Key: id.New("pay"), Amount: money.Of(123456, "JPY"), Description: `<script>alert("x")</script>`, ReturnURL: "https://shop.example/checkout/bkg_1",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPage(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.challenge(t)
	r, body := get(t, c.ActionURL)
	if r.StatusCode != http.StatusOK || !strings.Contains(body, "123456 JPY") || !strings.Contains(body, "Visa •••• 3220") {
		t.Errorf("page: %d %s", r.StatusCode, body)
	}
	if strings.Contains(body, "<script>") {
		t.Error("the description is not escaped")
	}
	for header, want := range map[string]string{
		"Content-Security-Policy": "form-action 'self' https://shop.example", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
	} {
		if got := r.Header.Get(header); !strings.Contains(got, want) {
			t.Errorf("%s is %q", header, got)
		}
	}
	if r := post(t, c.ActionURL, "whatever"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("no decision: %d", r.StatusCode)
	}
	if r := post(t, c.ActionURL, "approve"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("approve: %d", r.StatusCode)
	}
	if _, body := get(t, c.ActionURL); !strings.Contains(body, "You approved this payment") || strings.Contains(body, "<form") {
		t.Errorf("after approval: %s", body)
	}
	for _, wrong := range []string{"x", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "%00aaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if r, body := get(t, b.url+"/sandbox/3ds/"+wrong); r.StatusCode != http.StatusNotFound || !strings.Contains(body, "belongs to no payment") {
			t.Errorf("%s: %d", wrong, r.StatusCode)
		}
		if r := post(t, b.url+"/sandbox/3ds/"+wrong, "approve"); r.StatusCode != http.StatusNotFound {
			t.Errorf("post to %s: %d", wrong, r.StatusCode)
		}
	}
}

func TestLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.challenge(t)
	for _, sql := range []string{"update sandbox.log set moved = 0", "delete from sandbox.log"} {
		if _, err := b.db.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestRealCardsAreDeclined(t *testing.T) {
	t.Parallel()
	b := start(t)
	card, err := payment.CardInput{Number: "5555 5555 5555 4444", ExpiryMonth: 1, ExpiryYear: time.Now().Year() + 2, Cvc: "123"}.Check(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.Charge(t.Context(), payment.ChargeRequest{ChargeRef: payment.ChargeRef{Key: id.New("pay"), Amount: money.Of(1, "EUR")}, Card: card})
	if err != nil || c.State != payment.Declined || !strings.Contains(c.DeclineReason, "test cards") {
		t.Errorf("%+v: %v", c, err)
	}
}

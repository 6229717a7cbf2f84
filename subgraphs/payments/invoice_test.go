package payments

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

type invoiceAnswer struct {
	ID, Kind, Number, URL string
	Total                 struct{ Amount int64 }
}

func (b *bench) invoices(t *testing.T, who *viewer.Viewer, bookingID string) []invoiceAnswer {
	t.Helper()
	var out struct{ Invoices []invoiceAnswer }
	b.Do(t, who, `query($id: ID!) { invoices(bookingId: $id) { id kind number issuedAt total { amount } url } }`, map[string]any{"id": bookingID}).Into(t, &out)
	return out.Invoices
}

// fetch asks the subgraph's public routes.
func (b *bench) fetch(t *testing.T, link string) (int, []byte) {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, h := range b.Instance.Routes {
		mux.Handle(pattern, h)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, u.RequestURI(), nil))
	body, _ := io.ReadAll(w.Body)
	return w.Code, body
}

func TestInvoicesAndCreditNotes(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	b.Deliver(t, contract.UserRegistered{UserID: b.owner.UserID, Name: "Театр Ωmega"})
	b.Deliver(t, contract.UserRegistered{UserID: b.buyer.UserID, Name: "Łucja Dvořáková", Email: "lucja@marquee.example"})
	k := b.taxed(t)
	p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
	equal(t, "before the booking is confirmed", len(b.invoices(t, b.buyer, k.BookingID)), 0)
	b.refund(t, b.owner, p.ID, 999, id.New("key")) // its credit note comes with the invoice
	m := contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID}
	for range 2 {
		b.Deliver(t, m)
	}
	b.refund(t, b.owner, p.ID, nil, id.New("key"))
	all := b.invoices(t, b.buyer, k.BookingID)
	var got []string
	for _, i := range all {
		got = append(got, fmt.Sprintf("%s %s %d", i.Kind, i.Number, i.Total.Amount))
	}
	equal(t, "papers", got, []string{"INVOICE 000001 2999", "CREDIT_NOTE 000002 999", "CREDIT_NOTE 000003 2000"})
	equal(t, "the organiser's", len(b.invoices(t, b.owner, k.BookingID)), 3)
	equal(t, "another's", len(b.invoices(t, b.other, k.BookingID)), 0)
	for what, sql := range map[string]string{
		"net and tax unlike gross":       `select count(*) from invoice where (document->>'net')::bigint + (document->>'tax')::bigint <> (document->>'gross')::bigint`,
		"tax on the invoice":             `select (document->>'tax')::bigint - 384 from invoice where kind = 'INVOICE'`,
		"what the credit notes left":     `select sum((document->>'gross')::bigint * case kind when 'INVOICE' then 1 else -1 end)::bigint from invoice`,
		"tax that the credit notes left": `select sum((document->>'tax')::bigint * case kind when 'INVOICE' then 1 else -1 end)::bigint from invoice`,
		"people unnamed":                 `select count(*) from invoice where document->>'seller' <> 'Театр Ωmega' or document->>'buyer' <> 'Łucja Dvořáková'`,
	} {
		if n := b.number(t, sql); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	for _, i := range all {
		code, body := b.fetch(t, i.URL)
		if code != http.StatusOK {
			t.Fatalf("%d %s", code, body)
		}
		if pages, err := api.PageCount(bytes.NewReader(body), model.NewDefaultConfiguration()); err != nil || pages != 1 {
			t.Errorf("%d pages: %v", pages, err)
		}
	}
	for _, link := range []string{
		strings.Replace(all[0].URL, all[0].ID, all[1].ID, 1), strings.Replace(all[0].URL, "until=", "until=9", 1), strings.Split(all[0].URL, "?")[0],
	} {
		if code, _ := b.fetch(t, link); code != http.StatusForbidden {
			t.Errorf("%s: %d", link, code)
		}
	}
	b.reconcile(t)
}

// Invoices that are issued at the same time have numbers without gaps.
func TestInvoiceNumbersHaveNoGaps(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	const n = 12
	done := make(chan struct{})
	for range n {
		k, p := b.paid(t, 100)
		go func() {
			defer func() { done <- struct{}{} }()
			b.Deliver(t, contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID})
		}()
	}
	for range n {
		<-done
	}
	equal(t, "numbers", b.number(t, "select count(*) from invoice"), n)
	equal(t, "the last", b.number(t, "select max(number) from invoice"), n)
}

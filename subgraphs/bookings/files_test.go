package bookings_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	pdfmodel "github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/subgraphs/bookings/internal/booking"
)

const fileLinks = `query($b: ID!) { booking(id: $b) { ticketsPdfUrl calendarUrl tickets { pdfUrl calendarUrl } } }`

type links struct {
	Booking struct {
		TicketsPdfURL, CalendarURL *string
		Tickets                    []struct{ PdfURL, CalendarURL *string }
	}
}

func (b *bench) links(k *booking.Booking) links {
	b.t.Helper()
	var d links
	b.Do(b.t, ada, fileLinks, map[string]any{"b": k.ID}).Into(b.t, &d)
	return d
}

// fetch opens a link, as it was made for the public address, on the test's server.
func (b *bench) fetch(link string) (int, []byte) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, strings.Replace(link, "http://marquee.example", b.URL(), 1), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response.StatusCode, body
}

// codesIn returns how many pages a PDF has and what its QR codes say, sorted. (All pages of a document list all of its pictures.)
func codesIn(t *testing.T, body []byte) (pages int, codes []string) {
	t.Helper()
	pdfmodel.ConfigPath = "disable" // no file of its own in the home folder
	pages, err := api.PageCount(bytes.NewReader(body), pdfmodel.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	found, err := api.ExtractImagesRaw(bytes.NewReader(body), []string{"1"}, pdfmodel.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	for _, images := range found {
		for _, i := range images {
			img, _, err := image.Decode(i)
			if err != nil {
				t.Fatal(err)
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
			if err != nil {
				t.Fatal(err)
			}
			// Drawn, not photographed: the search for a code at an angle misjudges about one drawn code in eighty.
			pure := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true}
			read, err := qrcode.NewQRCodeReader().Decode(bitmap, pure)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, read.GetText())
		}
	}
	slices.Sort(codes)
	return pages, codes
}

func TestTicketFiles(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(0, 10)
	e.Title, e.Address = "Ночь — Νύχτα — A Night", "Long Street 1"
	b.publish(e)
	k := b.free(e, 2)
	l := b.links(k)
	status, body := b.fetch(*l.Booking.TicketsPdfURL)
	if status != http.StatusOK || !bytes.HasPrefix(body, []byte("%PDF-")) {
		t.Fatalf("%d %.200s", status, body)
	}
	var want []string
	for i, ticket := range k.Tickets {
		want = append(want, b.qr(ticket.ID))
		_, one := b.fetch(*l.Booking.Tickets[i].PdfURL)
		if pages, codes := codesIn(t, one); pages != 1 || !slices.Equal(codes, want[i:]) {
			t.Errorf("ticket %d: %d pages, %q", i+1, pages, codes)
		}
	}
	slices.Sort(want)
	if pages, codes := codesIn(t, body); pages != 2 || !slices.Equal(codes, want) {
		t.Errorf("%d pages, %q, want %q", pages, codes, want)
	}

	// A calendar's entry keeps its UID; its SEQUENCE grows with the event's version, and when it is called off.
	_, first := b.fetch(*l.Booking.CalendarURL)
	e.Version, e.StartsAt, e.EndsAt = 2, e.StartsAt.AddDate(0, 0, 1), e.EndsAt.AddDate(0, 0, 1)
	b.publish(e)
	_, second := b.fetch(*l.Booking.Tickets[0].CalendarURL)
	b.Deliver(t, contract.EventCancelled{Event: e, At: b.clock.Now()})
	_, third := b.fetch(*l.Booking.CalendarURL)
	for i, c := range []struct {
		body []byte
		want []string
	}{
		{first, []string{"SEQUENCE:2\r\n", "STATUS:CONFIRMED", "TZID:Europe/Berlin", "LOCATION:The Hall\\, Long Street 1\\, Berlin", k.Reference}},
		{second, []string{"SEQUENCE:4\r\n", "STATUS:CONFIRMED"}},
		{third, []string{"SEQUENCE:5\r\n", "STATUS:CANCELLED"}},
	} {
		text := strings.ReplaceAll(string(c.body), "\r\n ", "")
		for _, want := range append(c.want, "UID:"+k.ID+"@marquee\r\n", "BEGIN:VTIMEZONE") {
			if !strings.Contains(text, want) {
				t.Errorf("entry %d lacks %q:\n%s", i+1, want, text)
			}
		}
	}
}

func TestLinksToTicketFiles(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k, other := b.free(e, 1), b.free(e, 1)
	link := *b.links(k).Booking.TicketsPdfURL
	for what, bad := range map[string]string{
		"of another booking": strings.Replace(link, k.ID, other.ID, 1),
		"longer":             strings.Replace(link, "until=", "until=9", 1),
		"unsigned":           link[:strings.Index(link, "?")],
		"another signature":  strings.Replace(link, "signature=", "signature=A", 1),
		"another key":        strings.Replace(link, "key=", "key=0", 1),
		"of another kind":    strings.Replace(link, ".pdf", ".ics", 1),
	} {
		if status, _ := b.fetch(bad); status != http.StatusForbidden {
			t.Errorf("%s: %d", what, status)
		}
	}
	if _, err := b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	if status, _ := b.fetch(link); status != http.StatusNotFound {
		t.Errorf("void: %d", status)
	}
	if l := b.links(k); l.Booking.TicketsPdfURL != nil || l.Booking.Tickets[0].PdfURL != nil || l.Booking.CalendarURL == nil {
		t.Errorf("links of a cancelled booking: %+v", l)
	}
	held := b.hold(ada, e, 0, 1)
	if l := b.links(held); l.Booking.TicketsPdfURL != nil || l.Booking.CalendarURL != nil {
		t.Errorf("links of a hold: %+v", l)
	}
	link = *b.links(other).Booking.CalendarURL
	b.clock.Forward(time.Hour)
	if status, _ := b.fetch(link); status != http.StatusGone {
		t.Errorf("after an hour: %d", status)
	}
}

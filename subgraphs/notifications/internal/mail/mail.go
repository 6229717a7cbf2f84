// Package mail finds the words of notifications: the line inside the app and the e-mail, from embedded templates. A letter is an e-mail
// in two parts, HTML for mail programs and plain text for everything else. Templates see a view: strings that are ready to be shown.
package mail

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"

	"marquee/subgraphs/notifications/internal/notification"
)

//go:embed templates
var files embed.FS

// Writer implements notification.Writer.
type Writer struct {
	publicURL string
	html      map[notification.NotificationKind]*html.Template
	text      map[notification.NotificationKind]*text.Template
}

// kinds is every kind with the name of its templates.
var kinds = []struct {
	kind notification.NotificationKind
	name string
}{
	{notification.BookingConfirmed, "booking_confirmed"},
	{notification.BookingCancelled, "booking_cancelled"},
	{notification.PaymentRefunded, "payment_refunded"},
	{notification.TicketSent, "ticket_sent"},
}

// New reads the templates. publicURL is where links lead, without a slash at the end.
func New(publicURL string) (*Writer, error) {
	w := &Writer{
		publicURL: publicURL,
		html:      map[notification.NotificationKind]*html.Template{},
		text:      map[notification.NotificationKind]*text.Template{},
	}
	for _, k := range kinds {
		h, err := html.ParseFS(files, "templates/layout.html", "templates/"+k.name+".html")
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", k.name, err)
		}
		t, err := text.ParseFS(files, "templates/layout.txt", "templates/"+k.name+".txt")
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", k.name, err)
		}
		w.html[k.kind], w.text[k.kind] = h, t
	}
	return w, nil
}

// Line implements notification.Writer.
func (w *Writer) Line(f notification.Facts) (title, body string) {
	v := w.view(f, "")
	return v.Headline, v.Summary
}

// Letter implements notification.Writer.
func (w *Writer) Letter(f notification.Facts, name string) (notification.Letter, error) {
	h, t := w.html[f.Kind], w.text[f.Kind]
	if h == nil || t == nil {
		return notification.Letter{}, fmt.Errorf("no template for %q", f.Kind)
	}
	v := w.view(f, name)
	var rich, plain bytes.Buffer
	if err := h.ExecuteTemplate(&rich, "layout.html", v); err != nil {
		return notification.Letter{}, err
	}
	if err := t.ExecuteTemplate(&plain, "layout.txt", v); err != nil {
		return notification.Letter{}, err
	}
	return notification.Letter{Subject: v.Subject, Text: tidy(plain.String()), HTML: rich.String()}, nil
}

// tidy makes one empty line of several: parts that are left out leave theirs.
func tidy(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s) + "\n"
}

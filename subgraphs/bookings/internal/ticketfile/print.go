// Package ticketfile makes what a holder takes along: tickets as a PDF to print, and the event as an entry for a calendar. Links to the
// files are signed and soon over, so that they work without a login wherever they are opened, and not for ever.
package ticketfile

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"time"

	"github.com/johnfercher/maroto/v2/pkg/components/col"
	maroto "github.com/johnfercher/maroto/v2/pkg/components/image"
	"github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/page"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/extension"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"

	"marquee/internal/pdf"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/pass"
)

// Printed is a ticket to print.
type Printed struct {
	Ticket  *booking.Ticket
	Payload string // of its QR code
}

var grey = &props.Color{Red: 95, Green: 95, Blue: 105}

// Print makes a PDF of one page a ticket.
func Print(show *booking.Show, tickets []Printed, made time.Time) ([]byte, error) {
	m, err := pdf.New(show.Title, made)
	if err != nil {
		return nil, err
	}
	for _, t := range tickets {
		p, err := onePage(show, t)
		if err != nil {
			return nil, err
		}
		m.AddPages(p)
	}
	return pdf.Bytes(m)
}

func onePage(show *booking.Show, t Printed) (core.Page, error) {
	code, err := picture(t.Payload)
	if err != nil {
		return nil, err
	}
	day, hours := when(show)
	rows := []core.Row{
		text.NewAutoRow(show.Title, props.Text{Size: 22, Style: fontstyle.Bold, Bottom: 4}),
		text.NewAutoRow(day, props.Text{Size: 13, Bottom: 1}),
		text.NewAutoRow(hours, props.Text{Size: 13, Bottom: 3}),
	}
	for _, place := range place(show) {
		rows = append(rows, text.NewAutoRow(place, props.Text{Size: 11, Color: grey, Bottom: 1}))
	}
	small := props.Text{Size: 9, Color: grey}
	rows = append(rows, line.NewRow(10, props.Line{Color: grey, Thickness: 0.2}))
	if g := t.Ticket.Guest; g != nil && g.Name != "" {
		rows = append(rows, text.NewAutoRow("Guest", small), text.NewAutoRow(g.Name, props.Text{Size: 17, Style: fontstyle.Bold, Top: 1, Bottom: 4}))
	}
	return page.New().Add(append(rows,
		row.New(18).Add(
			col.New(7).Add(text.New("Ticket", small), text.New(t.Ticket.Name, props.Text{Size: 15, Style: fontstyle.Bold, Top: 5})),
			col.New(5).Add(text.New("Booking", small), text.New(t.Ticket.Booking.Reference, props.Text{Size: 15, Style: fontstyle.Bold, Top: 5})),
		),
		row.New(110).Add(maroto.NewFromBytesCol(12, code, extension.Png, props.Rect{Center: true, Percent: 100})),
		text.NewRow(10, t.Ticket.Code, props.Text{Size: 14, Align: align.Center, Top: 2}),
		text.NewAutoRow("Show this code at the door, on paper or on a screen. It lets one person in, once.",
			props.Text{Size: 9, Color: grey, Align: align.Center, Top: 2}),
	)...), nil
}

// picture is the payload as a PNG with its margin, 10 pixels a module.
func picture(payload string) ([]byte, error) {
	const scale, margin = 10, 4
	code, err := pass.Picture(payload)
	if err != nil {
		return nil, err
	}
	modules := code.Bounds().Dx()
	side := (modules + 2*margin) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			c := color.Gray{Y: 255}
			if mx, my := x/scale-margin, y/scale-margin; mx >= 0 && my >= 0 && mx < modules && my < modules && pass.Dark(code, mx, my) {
				c.Y = 0
			}
			img.SetGray(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// when says the day and the hours in the event's own zone.
func when(s *booking.Show) (day, hours string) {
	from, to := s.StartsAt.In(zone(s)), s.EndsAt.In(zone(s))
	day = from.Format("Monday, 2 January 2006")
	hours = from.Format("15:04") + " – " + to.Format("15:04")
	if to.YearDay() != from.YearDay() || to.Year() != from.Year() {
		hours = from.Format("15:04") + " – " + to.Format("Monday, 2 January, 15:04")
	}
	return day, hours + " (" + s.TimeZone + ")"
}

// zone is the event's zone, UTC when it is not known.
func zone(s *booking.Show) *time.Location {
	if l, err := time.LoadLocation(s.TimeZone); err == nil {
		return l
	}
	return time.UTC
}

// place is where it is, a line each.
func place(s *booking.Show) []string {
	var out []string
	for _, l := range []string{s.Venue, join(s.Address, s.City)} {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

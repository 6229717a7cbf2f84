package invoice

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/line"
	"github.com/johnfercher/maroto/v2/pkg/components/row"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/consts/align"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/props"

	"marquee/internal/money"
	"marquee/internal/pdf"
	"marquee/subgraphs/payments/internal/payment"
)

var grey = &props.Color{Red: 95, Green: 95, Blue: 105}

// Print makes the PDF of an invoice or a credit note.
func Print(i *payment.Invoice) ([]byte, error) {
	d := i.Document
	title := "Invoice " + i.Number()
	if i.Kind == payment.CreditNotePaper {
		title = "Credit note " + i.Number()
	}
	m, err := pdf.New(title, i.IssuedAt)
	if err != nil {
		return nil, err
	}
	m.AddRows(text.NewAutoRow(title, props.Text{Size: 20, Style: fontstyle.Bold, Bottom: 2}))
	for _, s := range facts(i) {
		m.AddRows(text.NewAutoRow(s, props.Text{Size: 10, Color: grey, Bottom: 1}))
	}
	m.AddRows(row.New(24).Add(party("From", d.Seller, ""), party("To", d.Buyer, d.BuyerEmail)), rule())
	m.AddRows(cells(true, "Tickets", "Number", "Tax", "Amount"))
	in := func(n int64) string { return money.Of(n, d.Currency).Text() }
	for _, l := range d.Lines {
		m.AddRows(cells(false, l.Name, strconv.Itoa(l.Quantity), percent(l.TaxRate), in(l.Amount)))
	}
	m.AddRows(rule(), cells(true, "Tax", "Net", "Tax", "Gross"))
	for _, s := range d.Taxes {
		m.AddRows(cells(false, strings.TrimSpace(s.Name+" "+percent(s.Rate)), in(s.Net), in(s.Tax), in(s.Gross)))
	}
	m.AddRows(cells(true, "Total", in(d.Net), in(d.Tax), in(d.Gross)))
	return pdf.Bytes(m)
}

// facts are the lines below the title.
func facts(i *payment.Invoice) []string {
	d := i.Document
	out := []string{"Issued " + i.IssuedAt.UTC().Format("2 January 2006")}
	if d.Corrects != "" {
		out = append(out, "For invoice "+d.Corrects)
	}
	if d.Reference != "" {
		out = append(out, "Booking "+d.Reference)
	}
	if d.EventTitle != "" {
		out = append(out, d.EventTitle)
	}
	var when []string
	if zone, err := time.LoadLocation(d.TimeZone); err == nil && d.StartsAt.Year() > 1 {
		when = append(when, d.StartsAt.In(zone).Format("2 January 2006, 15:04 MST"))
	}
	if d.Venue != "" {
		when = append(when, d.Venue)
	}
	if len(when) > 0 {
		out = append(out, strings.Join(when, " · "))
	}
	return out
}

func party(what, name, mail string) core.Col {
	return col.New(6).Add(
		text.New(what, props.Text{Size: 9, Color: grey, Top: 4}),
		text.New(name, props.Text{Size: 11, Top: 9}),
		text.New(mail, props.Text{Size: 9, Color: grey, Top: 15}),
	)
}

func rule() core.Row { return line.NewRow(8, props.Line{Color: grey, Thickness: 0.2}) }

// cells is a row of a table: a text and three figures.
func cells(bold bool, first string, figures ...string) core.Row {
	style := props.Text{Size: 10, Bottom: 1, Top: 1}
	if bold {
		style.Style = fontstyle.Bold
	}
	cols := []core.Col{text.NewCol(5, first, style)}
	widths := []int{2, 2, 3}
	style.Align = align.Right
	for i, s := range figures {
		cols = append(cols, text.NewCol(widths[i], s, style))
	}
	return row.New().Add(cols...)
}

// percent writes basis points, for example "19 %"; empty for none.
func percent(basisPoints int) string {
	if basisPoints == 0 {
		return ""
	}
	s := fmt.Sprintf("%d.%02d", basisPoints/100, basisPoints%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " %"
}

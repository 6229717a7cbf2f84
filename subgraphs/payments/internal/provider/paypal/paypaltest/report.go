package paypaltest

import (
	"net/http"
	"strconv"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

// line is a transaction in the report.
type line struct {
	code, id, about, custom, invoice string
	amount                           amount
	sign                             int
	at                               time.Time
}

// Foreign puts a payment into the report that another shop of the account took.
func (s *Server) Foreign(value, currency string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line{"T0006", s.id("9X"), "", "order 77", "", amount{currency, value}, 1, s.now()})
}

// Lag keeps what happened in the last hours out of the report, as PayPal may for three.
func (s *Server) Lag(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = by
}

const reportTime = "2006-01-02T15:04:05-0700"

func (s *Server) report(r *http.Request) (int, any) {
	q := r.URL.Query()
	if err := standin.Query(r, "start_date", "end_date", "fields", "page_size", "page", "transaction_type", "transaction_status", "balance_affecting_records_only"); err != nil {
		return invalid("/", err.Error())
	}
	from, err := time.Parse(time.RFC3339, q.Get("start_date"))
	to, err2 := time.Parse(time.RFC3339, q.Get("end_date"))
	size, err3 := strconv.Atoi(q.Get("page_size"))
	page, err4 := strconv.Atoi(q.Get("page"))
	if err != nil || err2 != nil || err3 != nil || err4 != nil || size < 1 || size > 500 || page < 1 || to.Before(from) {
		return invalid("/", "start_date, end_date, page or page_size")
	}
	if to.Sub(from) > 31*24*time.Hour+time.Second {
		return invalid("/", "Date range is greater than 31 days")
	}
	if to.After(s.now().Add(time.Minute)) {
		return invalid("/", "Data for the given end date is not available.")
	}
	details := []any{}
	for _, l := range s.lines {
		if at := l.at.Truncate(time.Second); at.Before(from) || at.After(to) || l.at.After(s.now().Add(-s.lag)) {
			continue
		}
		value := l.amount
		if l.sign < 0 {
			value.Value = "-" + value.Value
		}
		info := map[string]any{
			"paypal_account_id": "6STWC2LSUYYYE", "transaction_id": l.id, "transaction_event_code": l.code, "transaction_status": "S",
			"transaction_initiation_date": l.at.Format(reportTime), "transaction_updated_date": l.at.Format(reportTime), "transaction_amount": value,
		}
		if l.about != "" {
			info["paypal_reference_id"], info["paypal_reference_id_type"] = l.about, "TXN"
		}
		if l.custom != "" {
			info["custom_field"] = l.custom
		}
		if l.invoice != "" {
			info["invoice_id"] = l.invoice
		}
		details = append(details, map[string]any{"transaction_info": info})
	}
	total := len(details)
	return http.StatusOK, map[string]any{
		"transaction_details": details[min((page-1)*size, total):min(page*size, total)], "account_number": "BSX9T3XHQN3X6",
		"start_date": from.Format(reportTime), "end_date": to.Format(reportTime), "last_refreshed_datetime": s.now().Format(reportTime),
		"page": page, "total_items": total, "total_pages": (total + size - 1) / size, "links": []link{},
	}
}

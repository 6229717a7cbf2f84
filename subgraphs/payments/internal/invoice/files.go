// Package invoice makes PDFs of invoices and credit notes, and serves them to whoever has a signed link that is not yet over.
package invoice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"marquee/subgraphs/payments/internal/payment"
)

// Route is where the files are served: the name is an invoice's id with .pdf.
const Route = "GET /invoices/{name}"

const linkFor = time.Hour

// Files makes links to invoices and serves them.
type Files struct {
	Papers    payment.Papers
	Key       []byte // signs links
	Now       func() time.Time
	Log       *slog.Logger
	PublicURL string
}

// URL is a link to an invoice that works for an hour, for whoever has it.
func (f *Files) URL(i *payment.Invoice) string {
	name, until := i.ID+".pdf", strconv.FormatInt(f.Now().Add(linkFor).Unix(), 10)
	return f.PublicURL + "/invoices/" + name + "?until=" + until + "&signature=" + base64.RawURLEncoding.EncodeToString(f.sign(name, until))
}

func (f *Files) sign(name, until string) []byte {
	h := hmac.New(sha256.New, f.Key)
	h.Write([]byte("invoice\n" + name + "\n" + until))
	return h.Sum(nil)
}

// ServeHTTP answers 403 for a link that was not made here, 410 for one whose time is over.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, q := r.PathValue("name"), r.URL.Query()
	until, err := strconv.ParseInt(q.Get("until"), 10, 64)
	signature, err2 := base64.RawURLEncoding.DecodeString(q.Get("signature"))
	switch {
	case err != nil || err2 != nil || !hmac.Equal(signature, f.sign(name, q.Get("until"))):
		http.Error(w, "This link is not complete.", http.StatusForbidden)
		return
	case f.Now().Unix() >= until:
		http.Error(w, "This link is over. Open your booking for a new one.", http.StatusGone)
		return
	}
	body, number, err := f.print(r.Context(), strings.TrimSuffix(name, ".pdf"))
	if err != nil {
		f.Log.ErrorContext(r.Context(), "invoice not made", "name", name, "error", err)
		http.Error(w, "The file cannot be made now. Please try again.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", fmt.Sprintf(`inline; filename="invoice-%s.pdf"`, number))
	_, _ = w.Write(body) //nolint:gosec // a PDF under its own content type
}

func (f *Files) print(ctx context.Context, id string) (body []byte, number string, err error) {
	i, err := f.Papers.Invoice(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if i == nil {
		return nil, "", fmt.Errorf("a signed link names no invoice")
	}
	body, err = Print(i)
	return body, i.Number(), err
}

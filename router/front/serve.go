package front

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// serve answers a plain HTTP or SSE request.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, trace traceContext) {
	q := request{h: h, start: time.Now(), trace: trace}
	if out := w.Header(); out["Vary"] == nil {
		out["Vary"] = varyAccept
	} else {
		out.Add("Vary", varyAccept[0])
	}
	media := negotiate(r.Header.Values("Accept"))
	p, f := h.decode(w, r, media)
	if p != nil && p.done != nil {
		defer p.done()
	}
	if media == mediaNone {
		media = mediaJSON
	}
	var c *Caller
	if f == nil {
		c, f = h.identify(r, trace)
	}
	q.via, q.caller = via(media), c
	if f != nil {
		q.failed(r.Context(), f.status(plain(media)), f)
		h.fail(w, r, plain(media), trace, f)
		return
	}
	if p.batch != nil {
		h.serveBatch(w, r, p.batch, c, media, trace)
		return
	}
	op, f := h.prepare(r, p, c, &media)
	q.via, q.op = "http", op
	if media == mediaParts && f == nil {
		h.subscribe(w, r, c, op, media, &q)
		return
	}
	if media == mediaEvents && (f == nil || !f.Envelope) {
		h.serveEvents(w, r, c, op, f, &q)
		return
	}
	if f != nil {
		q.failed(r.Context(), f.status(plain(media)), f)
		h.fail(w, r, plain(media), trace, f)
		return
	}
	res, f := h.execute(r.Context(), op, c)
	if f != nil {
		q.failed(r.Context(), f.status(media), f)
		h.fail(w, r, media, trace, f)
		return
	}
	q.answered(r.Context(), http.StatusOK, res)
	h.adopt(w.Header(), res.Header)
	h.write(w, r, media, http.StatusOK, res.Body, res.Memory)
}

// What the bodies of queries have, and do not have: escapes make a mutation look
// like a query, so that it is refused under the greatest load.
var queryWord, mutationWord = []byte(`"query"`), []byte("mutation")

// decode checks the request's form and reads its params.
func (h *Handler) decode(w http.ResponseWriter, r *http.Request, media mediaType) (*Params, *Failure) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return nil, refuse(http.StatusMethodNotAllowed, CodeMethod, "Use POST, or GET for queries.").with("Allow", "GET, POST")
	}
	if media == mediaNone {
		return nil, refuse(http.StatusNotAcceptable, CodeNotAcceptable, "Accept application/graphql-response+json, application/json or text/event-stream.")
	}
	if f := h.forged(r); f != nil {
		return nil, f
	}
	if r.Method == http.MethodGet {
		if len(r.URL.RawQuery) > int(h.opt.MaxBody) {
			return nil, refuse(http.StatusRequestURITooLong, CodeTooLarge, "The query string is too long.")
		}
		return decodeQuery(r.URL.RawQuery)
	}
	if h.opt.Uploads.MaxFiles > 0 && isForm(r.Header) {
		return h.decodeForm(w, r)
	}
	if f := jsonContent(r.Header); f != nil {
		return nil, f
	}
	if r.ContentLength > h.opt.MaxBody {
		return nil, h.tooLarge()
	}
	if held, ok := r.Body.(heldBody); ok && int64(len(held.Bytes())) == r.ContentLength {
		if h.turnsAway(held.Bytes()) {
			return nil, overloaded()
		}
		known, place := h.recent.find(held.Bytes())
		if known != nil {
			return known, nil
		}
		p, f := h.decodeJSON(bytes.Clone(held.Bytes()))
		if place != nil && f == nil && p.plain() {
			place.Store(&decoded{bytes.Clone(held.Bytes()), p})
		}
		return p, f
	}
	// A body must come in time; what follows (a stream) may take longer.
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(h.opt.WriteTimeout))
	body, err := h.readBody(w, r)
	_ = rc.SetReadDeadline(time.Time{})
	if err != nil {
		var mbe *http.MaxBytesError
		if errors.As(err, &mbe) {
			return nil, h.tooLarge()
		}
		return nil, refuse(http.StatusBadRequest, CodeBadRequest, "The body could not be read.")
	}
	if h.turnsAway(body) {
		return nil, overloaded()
	}
	return h.decodeJSON(body)
}

// turnsAway says that a body holds a query that would be refused anyhow.
func (h *Handler) turnsAway(body []byte) bool {
	return h.admission.turned() && !bytes.Contains(body, mutationWord) && bytes.Contains(body, queryWord)
}

// decodeJSON reads one request or an array of them; body is theirs from now on.
func (h *Handler) decodeJSON(body []byte) (*Params, *Failure) {
	if h.isArray(body) {
		return h.decodeBatch(body)
	}
	return decodeBody(body)
}

// readBody reads a body into memory of its own.
func (h *Handler) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 {
		return io.ReadAll(http.MaxBytesReader(w, r.Body, h.opt.MaxBody))
	}
	body := make([]byte, r.ContentLength) // at most MaxBody, and the server reads no further
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

func (h *Handler) tooLarge() *Failure {
	return refuse(http.StatusRequestEntityTooLarge, CodeTooLarge, fmt.Sprintf("The body is longer than %d bytes.", h.opt.MaxBody))
}

// prepare plans the operation and checks that it may be asked this way. A
// subscription is answered by events wherever the client takes them, however
// little it prefers them.
func (h *Handler) prepare(r *http.Request, p *Params, c *Caller, media *mediaType) (Operation, *Failure) {
	op, f := h.opt.Engine.Prepare(r.Context(), p, c)
	if f != nil {
		return nil, f
	}
	if m := streaming(r.Header); m != mediaNone && op.Kind() == Subscription {
		*media = m
	}
	switch {
	case r.Method == http.MethodGet && op.Kind() == Mutation:
		return op, refuse(http.StatusMethodNotAllowed, CodeMethod, "Mutations need POST.").with("Allow", "POST")
	case op.Kind() == Subscription && *media != mediaEvents && *media != mediaParts:
		return op, refuse(http.StatusNotAcceptable, CodeStreamRequired, "Subscriptions need a WebSocket, or Accept: text/event-stream or multipart/mixed; subscriptionSpec=\"1.0\".")
	}
	return op, nil
}

// execute runs a query or mutation in time. A mutation goes on when its client
// leaves: what was begun is brought to its end.
func (h *Handler) execute(ctx context.Context, op Operation, c *Caller) (Result, *Failure) {
	if op.Kind() == Mutation {
		ctx = context.WithoutCancel(ctx)
	}
	in := withDue(ctx, h.opt.Timeout)
	defer in.end()
	return op.Execute(in, c)
}

func via(m mediaType) string {
	switch m {
	case mediaEvents:
		return "sse"
	case mediaParts:
		return "multipart"
	}
	return "http"
}

// plain is the media type of a failure's body.
func plain(m mediaType) mediaType {
	if m == mediaEvents || m == mediaParts || m == mediaNone {
		return mediaJSON
	}
	return m
}

func kindOf(op Operation) string {
	if op == nil {
		return "unknown"
	}
	return op.Kind().String()
}

func outcome(res Result) string {
	if res.Errors > 0 {
		return "ERRORS"
	}
	return "OK"
}

package front

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"marquee/router/scan"
)

// isArray says whether a body is an array of requests, if those are taken.
func (h *Handler) isArray(body []byte) bool {
	body = bytes.TrimSpace(body)
	return h.opt.MaxBatch > 0 && len(body) > 0 && body[0] == '['
}

// decodeBatch splits an array of requests.
func (h *Handler) decodeBatch(body []byte) (*Params, *Failure) {
	body = bytes.TrimSpace(body)
	if f := checked(body, "body"); f != nil {
		return nil, f
	}
	p := &Params{}
	for v := range scan.Elements(body, 0) {
		if len(p.batch) == h.opt.MaxBatch {
			return nil, refuse(http.StatusBadRequest, CodeBatching, fmt.Sprintf("At most %d requests may come in one array.", h.opt.MaxBatch))
		}
		p.batch = append(p.batch, body[v.From:v.To])
	}
	if len(p.batch) == 0 {
		return nil, refuse(http.StatusBadRequest, CodeBadRequest, "The array of requests is empty.")
	}
	return p, nil
}

// serveBatch answers an array of requests by the array of their answers, in
// order, with status 200. They run side by side; each is limited, counted and
// recorded as a request of its own.
func (h *Handler) serveBatch(w http.ResponseWriter, r *http.Request, batch []json.RawMessage, c *Caller, media mediaType, trace traceContext) {
	answers := make([][]byte, len(batch))
	headers := make([]http.Header, len(batch))
	var all sync.WaitGroup
	for i, body := range batch {
		all.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					h.opt.Log.ErrorContext(r.Context(), "request panicked", "trace", trace.id, "panic", v, "stack", string(debug.Stack()))
					answers[i] = Fail(http.StatusInternalServerError, CodeInternal, "Internal error.").AppendJSON(nil, trace.id)
				}
			}()
			answers[i], headers[i] = h.batched(r, body, c, trace)
		})
	}
	all.Wait()
	out := bytes.Join(answers, []byte{','})
	out = append(append(append(make([]byte, 0, len(out)+2), '['), out...), ']')
	h.adopt(w.Header(), together(headers))
	h.write(w, r, plain(media), http.StatusOK, out, nil)
}

// batched answers one request of an array.
func (h *Handler) batched(r *http.Request, body []byte, c *Caller, trace traceContext) ([]byte, http.Header) {
	ctx := r.Context()
	q := request{h: h, start: time.Now(), via: "http", caller: c, trace: trace}
	p, f := decodeBody(body)
	if f == nil {
		q.op, f = h.opt.Engine.Prepare(ctx, p, c)
	}
	if f == nil && q.op.Kind() == Subscription {
		f = refuse(http.StatusNotAcceptable, CodeStreamRequired, "A subscription cannot be one of several requests.")
	}
	var res Result
	if f == nil {
		res, f = h.execute(ctx, q.op, c)
	}
	if f != nil {
		q.failed(ctx, http.StatusOK, f)
		return f.AppendJSON(nil, trace.id), nil
	}
	q.answered(ctx, http.StatusOK, res)
	defer res.Memory.Release()
	return bytes.Clone(res.Body), res.Header
}

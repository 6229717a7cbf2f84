package router

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"marquee/router/front"
	"marquee/router/ratelimit"
)

// The codes of operations that are refused by the rate limit.
const (
	CodeRateLimited = "RATE_LIMITED"
	CodeRateUnknown = "RATE_LIMIT_UNAVAILABLE" // nothing is known of what the client has spent; RateLimit.Fail is closed
)

// throttle holds the rules of the rate limit.
type throttle struct {
	rules []throttleRule
	store ratelimit.Store
}

type throttleRule struct {
	RateRule
	bucket *ratelimit.Rule
	policy string // RateLimit-Policy
}

// newThrottle returns nil if there are no rules.
func (l *RateLimit) newThrottle() (*throttle, error) {
	if len(l.Rules) == 0 {
		return nil, nil //nolint:nilnil // nothing is limited
	}
	t := &throttle{store: l.Store}
	for _, r := range l.Rules {
		bucket := r.rule()
		if err := bucket.Check(); err != nil {
			return nil, fmt.Errorf("router: %w", err)
		}
		r.Header = http.CanonicalHeaderKey(r.Header)
		policy := fmt.Sprintf(`"%s";q=%d;w=%d`, r.Name, r.Budget, seconds(r.Period))
		t.rules = append(t.rules, throttleRule{r, bucket, policy})
	}
	switch {
	case t.store != nil:
	case l.Redis != "":
		s, err := ratelimit.OpenRedis(l.Redis, l.Prefix, l.Timeout)
		if err != nil {
			return nil, fmt.Errorf("router: %w", err)
		}
		t.store = s
	default:
		t.store = ratelimit.NewMemory(l.Keys, nil)
	}
	return t, nil
}

// headers are those that tell clients apart.
func (t *throttle) headers() []string {
	var out []string
	if t != nil {
		for _, r := range t.rules {
			if r.Header != "" && !slices.Contains(out, r.Header) {
				out = append(out, r.Header)
			}
		}
	}
	return out
}

// close ends what newThrottle opened.
func (t *throttle) close(l *RateLimit) {
	if t == nil || l.Store != nil {
		return
	}
	if c, ok := t.store.(io.Closer); ok {
		_ = c.Close()
	}
}

// throttled spends what the operation costs of its client's budgets, or refuses it.
func (r *Router) throttled(ctx context.Context, o *planRun, c *front.Caller) *front.Failure {
	t := r.throttle
	if t == nil {
		return nil
	}
	var header http.Header
	for i := range t.rules {
		rule := &t.rules[i]
		if (rule.Who == "anonymous" && c.Subject != nil) || (rule.Who == "authenticated" && c.Subject == nil) {
			continue
		}
		n := int64(1)
		if rule.Unit == "cost" {
			n = o.cost
		}
		d, err := t.store.Take(ctx, rule.bucket, rule.key(c), n)
		if err != nil {
			if f := r.uncounted(ctx, err); f != nil {
				return f
			}
			continue
		}
		if header == nil {
			header = make(http.Header, 2)
		}
		header["Ratelimit-Policy"] = append(header["Ratelimit-Policy"], rule.policy)
		header["Ratelimit"] = append(header["Ratelimit"], rule.left(d))
		if !d.Allowed {
			r.metrics.limited.WithLabelValues(rule.Name).Inc()
			return rule.refuse(n, d, header)
		}
	}
	o.header = header
	return nil
}

// left is the field RateLimit (of draft-ietf-httpapi-ratelimit-headers).
func (r *throttleRule) left(d ratelimit.Decision) string {
	b := append(append(make([]byte, 0, 48), '"'), r.Name...)
	b = strconv.AppendInt(append(b, `";r=`...), d.Remaining, 10)
	b = strconv.AppendInt(append(b, `;t=`...), seconds(d.Reset), 10)
	return string(b)
}

// key tells clients apart.
func (r *throttleRule) key(c *front.Caller) string {
	switch {
	case r.By == "header" && c.Presented[r.Header] != "":
		// A key of somebody's API is a secret, and as long as its client likes.
		sum := sha256.Sum256([]byte(c.Presented[r.Header]))
		return "h:" + hex.EncodeToString(sum[:16])
	case r.By == "client" && c.Subject != nil:
		return "s:" + c.Subject.ID
	}
	return "a:" + network(c.Address)
}

// network is what one client has: an IPv4 address, or 64 bits of IPv6.
func network(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return a.String()
}

// refuse tells a client that it has spent too much, and when to come again.
func (r *throttleRule) refuse(n int64, d ratelimit.Decision, header http.Header) *front.Failure {
	info := fmt.Appendf(nil, `{"rule":"%s","limit":%d,"remaining":%d,"reset":%d`, r.Name, r.bucket.Burst, d.Remaining, seconds(d.Reset))
	message := "Too many requests."
	if d.RetryAfter < 0 {
		message = fmt.Sprintf("The operation costs %d, more than the %d that may be spent at once.", n, r.bucket.Burst)
	} else {
		after := max(seconds(d.RetryAfter), 1)
		header.Set("Retry-After", strconv.FormatInt(after, 10))
		info = fmt.Appendf(info, `,"retryAfter":%d`, after)
	}
	return &front.Failure{
		Status: http.StatusTooManyRequests, Envelope: true, Header: header,
		Errors: []front.Error{{Message: message, Code: CodeRateLimited, Extensions: []front.Extension{{Key: "rateLimit", Value: append(info, '}')}}}},
	}
}

// uncounted decides about an operation of which the store knows nothing.
func (r *Router) uncounted(ctx context.Context, err error) *front.Failure {
	r.metrics.uncounted.Inc()
	r.cfg.Log.WarnContext(ctx, "rate limit is not counted", "fail", r.cfg.RateLimit.Fail, "error", err)
	if r.cfg.RateLimit.Fail != "closed" {
		return nil
	}
	f := front.Fail(http.StatusServiceUnavailable, CodeRateUnknown, "Try again in a moment.")
	f.Envelope, f.Header = true, http.Header{"Retry-After": {"1"}}
	return f
}

// seconds rounds up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

package front

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// mediaType is a media type the front answers in.
type mediaType uint8

const (
	mediaJSON    mediaType = iota // application/json, the older rules for statuses
	mediaGraphQL                  // application/graphql-response+json
	mediaEvents                   // text/event-stream, distinct connections mode
	mediaParts                    // multipart/mixed, subscriptionSpec 1.0: subscriptions only
	mediaNone                     // nothing acceptable
)

func (m mediaType) String() string {
	switch m {
	case mediaGraphQL:
		return "application/graphql-response+json; charset=utf-8"
	case mediaEvents:
		return "text/event-stream; charset=utf-8"
	case mediaParts:
		return `multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"`
	default:
		return "application/json; charset=utf-8"
	}
}

// offers in the order preferred where a client has no preference. A wildcard
// does not ask for a stream.
var offers = [...]struct {
	m         mediaType
	typ, full string
	wild      bool
}{
	{mediaJSON, "application", "application/json", true},
	{mediaGraphQL, "application", "application/graphql-response+json", true},
	{mediaEvents, "text", "text/event-stream", false},
}

// negotiate picks the answer's media type (RFC 9110, section 12.5.1): the
// highest quality, then the most specific range, then the client's order. No
// header, and */*, mean application/json; so does a client that takes nothing
// but multipart subscriptions, for what is none.
func negotiate(accept []string) mediaType {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return mediaJSON
	}
	best, bestQ, bestSpec := mediaNone, 0, -1
	refused := map[mediaType]bool{}
	for part := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if c, ok := params["charset"]; ok && !strings.EqualFold(c, "utf-8") && !strings.EqualFold(c, "utf8") {
			continue
		}
		q := 1000
		if raw, ok := params["q"]; ok {
			v, err := strconv.ParseFloat(raw, 64)
			if err != nil || v < 0 || v > 1 {
				continue
			}
			q = int(v * 1000)
		}
		for _, o := range offers {
			spec := -1
			switch {
			case media == o.full:
				spec = 2
			case o.wild && media == o.typ+"/*":
				spec = 1
			case o.wild && media == "*/*":
				spec = 0
			}
			if spec < 0 {
				continue
			}
			if q == 0 {
				if spec == 2 {
					refused[o.m] = true
				}
				continue
			}
			if refused[o.m] {
				continue
			}
			if q > bestQ || (q == bestQ && spec > bestSpec) {
				best, bestQ, bestSpec = o.m, q, spec
			}
			break // a wildcard stands for the first offer it matches
		}
	}
	if best == mediaNone && quality(accept, mediaParts) > 0 {
		return mediaJSON
	}
	return best
}

// streaming picks how a subscription is answered: the streaming media type the
// client prefers of those it names, wherever it takes one, however little it
// prefers it to others.
func streaming(h http.Header) mediaType {
	accept := h.Values("Accept")
	events, parts := quality(accept, mediaEvents), quality(accept, mediaParts)
	switch {
	case events <= 0 && parts <= 0:
		return mediaNone
	case parts > events:
		return mediaParts
	}
	return mediaEvents
}

// quality is what an Accept header says of a streaming media type by name, 0 to
// 1; 0 too if it does not.
func quality(accept []string, m mediaType) float64 {
	for part := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		switch {
		case m == mediaEvents && media == "text/event-stream":
		case m == mediaParts && media == "multipart/mixed" && params["subscriptionspec"] == "1.0":
		default:
			continue
		}
		raw, ok := params["q"]
		if !ok {
			return 1
		}
		if q, err := strconv.ParseFloat(raw, 64); err == nil && q >= 0 && q <= 1 {
			return q
		}
	}
	return 0
}

// named says whether the Accept header names one of the front's media types,
// rather than matching it by a wildcard.
func named(h http.Header) bool {
	for _, o := range offers {
		if names(h, o.full) {
			return true
		}
	}
	return quality(h.Values("Accept"), mediaParts) > 0
}

// names says whether the Accept header names a media type and does not refuse it.
func names(h http.Header, full string) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept"), ","), ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || media != full {
			continue
		}
		if q, err := strconv.ParseFloat(params["q"], 64); err != nil || q > 0 {
			return true
		}
	}
	return false
}

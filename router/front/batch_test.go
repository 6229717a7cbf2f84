package front_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"marquee/router/front"
)

func TestBatches(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.MaxBatch = 7 })
	ok := `{"query":"{ a }"}`
	res, body := do(t, http.MethodPost, b.url, ` [`+ok+`, {"query":"{ unknown }"} ,{"query":"subscription { a }"},{"query":"mutation { a }"},{},{"query":"panic"},1] `,
		map[string]string{"Content-Type": typeJSON})
	var answers []struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal([]byte(body), &answers); err != nil || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), typeJSON) {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	var codes []string
	for _, a := range answers {
		switch {
		case len(a.Errors) == 1 && a.Data == nil:
			codes = append(codes, a.Errors[0].Extensions.Code)
		case len(a.Errors) == 0 && a.Data != nil:
			codes = append(codes, "OK")
		}
	}
	want := strings.Join([]string{"OK", front.CodeValidation, front.CodeStreamRequired, "OK", front.CodeBadRequest, front.CodeInternal, front.CodeBadRequest}, " ")
	if got := strings.Join(codes, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for name, c := range map[string]struct {
		body, code string
		status     int
	}{
		"seven":     {"[" + strings.Repeat(ok+",", 6) + ok + "]", "", 200},
		"eight":     {"[" + strings.Repeat(ok+",", 7) + ok + "]", front.CodeBatching, 400},
		"none":      {"[ ]", front.CodeBadRequest, 400},
		"broken":    {"[" + ok, front.CodeBadRequest, 400},
		"too large": {"[" + ok + strings.Repeat(" ", 200<<10) + "]", front.CodeTooLarge, 413},
	} {
		res, body := do(t, http.MethodPost, b.url, c.body, map[string]string{"Content-Type": typeJSON})
		if res.StatusCode != c.status || !strings.Contains(body, c.code) {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
	}
	nested := postArray(t, b, "[["+ok+"]]")
	if !strings.Contains(nested, front.CodeBatching) {
		t.Errorf("an array in an array: %s", nested)
	}
	if e := postArray(t, b, `[{"query":"{ big }"},{"query":"{ big }"}]`); len(e) < 40_000 {
		t.Errorf("%d bytes", len(e))
	}
}

func postArray(t *testing.T, b *bundle, body string) string {
	t.Helper()
	_, answer := do(t, http.MethodPost, b.url, body, map[string]string{"Content-Type": typeJSON})
	return answer
}

package page_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"marquee/internal/errs"
	"marquee/internal/page"
)

func TestParse(t *testing.T) {
	t.Parallel()
	raw := func(s string) *string { c := base64.RawURLEncoding.EncodeToString([]byte(s)); return &c }
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		first int
		after *string
		field string // at fault; "" when all is well
	}{
		"start":               {1, nil, ""},
		"largest":             {page.MaxFirst, nil, ""},
		"none":                {0, nil, "first"},
		"negative":            {-1, nil, "first"},
		"too many":            {page.MaxFirst + 1, nil, "first"},
		"ours":                {10, text(page.Cursor("2026-01-02T03:04:05.000000006Z", "evt_1")), ""},
		"too few values":      {10, text(page.Cursor("x")), "after"},
		"too many values":     {10, text(page.Cursor("x", "y", "z")), "after"},
		"empty":               {10, text(""), "after"},
		"no base64":           {10, text("***"), "after"},
		"no JSON":             {10, raw("{"), "after"},
		"null":                {10, raw("null"), "after"},
		"an object":           {10, raw(`{"a":1}`), "after"},
		"a text no row holds": {10, raw(`["a\u0000b","c"]`), "after"},
		"more behind it":      {10, raw(`["a","b"] []`), "after"},
	} {
		a, err := page.Parse(c.first, c.after, 2)
		var field string
		var e *errs.Error
		if errors.As(err, &e) {
			field = strings.Join(e.Field, ".")
		}
		if field != c.field || err != nil && errs.CodeOf(err) != errs.InvalidInput {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (a.First != c.first || a.Limit() != c.first+1 || (a.After == nil) != (c.after == nil)) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestCursorValuesComeBack(t *testing.T) {
	t.Parallel()
	cursor := page.Cursor("a/b+c ü", 7)
	a, err := page.Parse(5, &cursor, 2)
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := a.String(0); !ok || s != "a/b+c ü" {
		t.Errorf("first value: %q, %v", s, ok)
	}
	if s, ok := a.String(1); ok {
		t.Errorf("a number is the text %q", s)
	}
}

// Walking a list page by page shows every row once.
func TestWalk(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 23 {
		all = append(all, fmt.Sprintf("%02d", i))
	}
	read := func(a page.Args) []string { // as a store does
		from := 0
		if a.After != nil {
			last, _ := a.String(0)
			for from < len(all) && all[from] <= last {
				from++
			}
		}
		return all[from:min(from+a.Limit(), len(all))]
	}
	for _, first := range []int{1, 7, 22, 23, 24} {
		var seen []string
		var after *string
		for pages := 0; ; pages++ {
			a, err := page.Parse(first, after, 1)
			if err != nil || pages > len(all) {
				t.Fatalf("first %d, page %d: %v", first, pages, err)
			}
			c := page.New(a, read(a), func(s string) string { return page.Cursor(s) })
			if c.PageInfo.HasPreviousPage != (pages > 0) || len(c.Edges) > first {
				t.Errorf("first %d, page %d: %d edges, %+v", first, pages, len(c.Edges), c.PageInfo)
			}
			seen = append(seen, c.Nodes()...)
			if !c.PageInfo.HasNextPage {
				break
			}
			if *c.PageInfo.StartCursor != c.Edges[0].Cursor || *c.PageInfo.EndCursor != c.Edges[first-1].Cursor {
				t.Errorf("first %d, page %d: cursors %+v", first, pages, c.PageInfo)
			}
			after = c.PageInfo.EndCursor
		}
		if fmt.Sprint(seen) != fmt.Sprint(all) {
			t.Errorf("first %d: saw %v", first, seen)
		}
	}
}

func TestAnEmptyPage(t *testing.T) {
	t.Parallel()
	c := page.New(page.Args{First: 3}, nil, func(int) string { return "" })
	if c.Edges == nil || len(c.Edges) != 0 || c.PageInfo.HasNextPage || c.PageInfo.StartCursor != nil || c.PageInfo.EndCursor != nil {
		t.Errorf("%+v %+v", c, c.PageInfo)
	}
}

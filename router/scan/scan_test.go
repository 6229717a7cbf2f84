package scan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// accepts tells whether the scanner takes the whole text as one JSON value.
func accepts(b []byte) bool {
	end := Value(b, Space(b, 0), 0)
	return end >= 0 && Space(b, end) == len(b)
}

func TestScanGrammar(t *testing.T) {
	t.Parallel()
	good := []string{
		`null`, `true`, `false`, `0`, `-0`, `1`, `-12.5e+10`, `1E5`, `0.5`, `""`, `"é\u00e9\n\"\\\/"`, `"\ud800"`, `[]`, `[ ]`, `{}`,
		` { "a" : [ 1 , { } , "x" ] , "a" : null } `, `[[[[]]]]`,
	}
	bad := []string{
		``, ` `, `nul`, `nulll`, `True`, `+1`, `01`, `1.`, `.5`, `1e`, `1e+`, `-`, `--1`, `0x1`, `NaN`, `Infinity`, `"`, `"\x"`, `"\u12g4"`,
		`"\u12"`, "\"\t\"", "\"\n\"", "\"\xff\"", "\"\xed\xa0\x80\"", `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `{`, `{"a"`, `{"a":`, `{"a":1`,
		`{"a":1,`, `{"a":1,}`, `{a:1}`, `{'a':1}`, `{"a" 1}`, `{1:1}`, `}`, `]`, `1 2`, `{}x`, "\x00", `"a`, `"\`, "\ufeff{}",
	}
	for _, s := range good {
		if !accepts([]byte(s)) {
			t.Errorf("%q refused", s)
		}
	}
	for _, s := range bad {
		if accepts([]byte(s)) {
			t.Errorf("%q accepted", s)
		}
	}
}

func TestScanDepthIsBounded(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"[", `{"a":`} {
		if accepts([]byte(strings.Repeat(unit, 1_000_000))) {
			t.Errorf("a million of %q accepted", unit)
		}
	}
	deepest := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	if !accepts([]byte(deepest)) || accepts([]byte("["+deepest+"]")) {
		t.Error("the bound is not at MaxDepth")
	}
}

// FuzzScan: the scanner accepts exactly what encoding/json accepts, but for
// invalid UTF-8, which encoding/json repairs, and depth.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"x\u0041",null,true]}`, `[`, `"\ud83d\ude00"`, ` 1 `, `{"a":{"a":{}}}`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if end := Plain(b, 0); end != 0 && end != String(b, 0) {
			t.Fatalf("%q: plain to %d, string to %d", b, end, String(b, 0))
		} else if end == 0 && len(b) > 1 && b[0] == '"' {
			if last := String(b, 0); last > 0 && !bytes.ContainsFunc(b[:last], func(c rune) bool { return c == '\\' || c >= 0x80 }) {
				t.Fatalf("%q is not plain", b)
			}
		}
		got, want := accepts(b), json.Valid(b)
		if got && !want {
			t.Fatalf("accepted %q", b)
		}
		if want && !got && utf8.Valid(b) && len(b) < MaxDepth {
			t.Fatalf("refused %q", b)
		}
	})
}

// FuzzUnquote: a literal says what encoding/json says it says.
func FuzzUnquote(f *testing.F) {
	for _, s := range []string{`"a\nb\t\"c\\\/"`, `"\ud83d\ude00 \u0041\n"`, `""`, `"\\"`, `"\b\f\r"`, `"é"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || b[0] != '"' || String(b, 0) != len(b) {
			return
		}
		var want string
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		if got := Unquote(b); got != want {
			t.Fatalf("%q: %q, want %q", b, got, want)
		}
	})
}

package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"marquee/internal/errs"
)

func TestCodeOf(t *testing.T) {
	t.Parallel()
	var list errs.List
	list.Add("FIRST", "one", "input", "a")
	list.Add("SECOND", "two")
	for name, c := range map[string]struct {
		err  error
		want errs.Code
	}{
		"none":           {nil, ""},
		"foreign":        {io.EOF, errs.Internal},
		"coded":          {errs.New(errs.NotFound, "no"), errs.NotFound},
		"wrapped":        {fmt.Errorf("store: %w", errs.New(errs.Conflict, "no")), errs.Conflict},
		"coded cause":    {errs.New(errs.Forbidden, "no").Because(errs.New(errs.NotFound, "why")), errs.Forbidden},
		"list":           {list.Err(), "FIRST"},
		"list wrapped":   {fmt.Errorf("store: %w", list.Err()), "FIRST"},
		"among others":   {errors.Join(io.EOF, errs.New(errs.Timeout, "late")), errs.Timeout},
		"no list at all": {errs.List{}.Err(), ""},
	} {
		if got := errs.CodeOf(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCopiesLeaveTheOriginalAlone(t *testing.T) {
	t.Parallel()
	base := errs.New(errs.Conflict, "taken")
	full := base.At("input", "slug").Because(io.EOF)
	if base.Field != nil || errors.Is(base, io.EOF) || base.Error() != "CONFLICT: taken" {
		t.Errorf("the original became %v at %v", base, base.Field)
	}
	if !errors.Is(full, io.EOF) || fmt.Sprint(full.Field) != "[input slug]" || full.Error() != "CONFLICT: taken: EOF" {
		t.Errorf("the copy is %v at %v", full, full.Field)
	}
}

func TestIsComparesCodes(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("x: %w", errs.New(errs.NotFound, "gone"))
	if !errors.Is(err, errs.New(errs.NotFound, "another sentence")) || errors.Is(err, errs.New(errs.Conflict, "gone")) || errors.Is(err, io.EOF) {
		t.Error("errors.Is goes by something else than the code")
	}
}

type code string

func (c code) IsValid() bool { return c == "SOLD_OUT" || c == "TOO_MANY" }

type userError struct {
	Field   []string `json:"field,omitempty"`
	Message string   `json:"message"`
	Code    code     `json:"code"`
}

func TestUserErrors(t *testing.T) {
	t.Parallel()
	soldOut := errs.New("SOLD_OUT", "gone").At("input", "items", "0").Because(io.EOF)
	for name, c := range map[string]struct {
		err  error
		want string // of the payload's errors
		top  bool   // whether err stays a top-level error
	}{
		"none":           {nil, "", false},
		"the mutation's": {soldOut, "SOLD_OUT gone [input items 0];", false},
		"wrapped":        {fmt.Errorf("hold: %w", soldOut), "SOLD_OUT gone [input items 0];", false},
		"several":        {errs.List{soldOut, errs.New("TOO_MANY", "ten at most")}, "SOLD_OUT gone [input items 0];TOO_MANY ten at most [];", false},
		"another code":   {errs.New(errs.Forbidden, "no"), "", true},
		"one of several": {errs.List{soldOut, errs.New(errs.Forbidden, "no")}, "", true},
		"foreign":        {io.EOF, "", true},
	} {
		list, err := errs.UserErrors[userError, code](c.err)
		got := ""
		for _, e := range list {
			got += fmt.Sprintf("%s %s %v;", e.Code, e.Message, e.Field)
		}
		if list == nil || got != c.want || (err != nil) != c.top || c.top && !errors.Is(err, c.err) && err.Error() != c.err.Error() {
			t.Errorf("%s: list %q, error %v", name, got, err)
		}
	}
}

package access

import (
	"testing"
)

func TestImplied(t *testing.T) {
	t.Parallel()
	type dnf = [][]string
	for name, c := range map[string]struct {
		above dnf
		below []dnf
		want  bool
	}{
		"copied":               {dnf{{"a"}}, []dnf{{{"a"}}}, true},
		"one of two":           {dnf{{"a"}, {"b"}}, []dnf{{{"a"}}}, true},
		"both, combined":       {dnf{{"a", "c"}, {"b", "c"}}, []dnf{{{"a"}, {"b"}}, {{"c"}}}, true},
		"its own":              {dnf{{"z"}}, []dnf{{{"a"}}}, false},
		"stricter":             {dnf{{"a", "z"}}, []dnf{{{"a"}}}, false},
		"nothing below":        {dnf{{"a"}}, nil, false},
		"cannot hold, nor can": {dnf{}, []dnf{{}}, true},
		"cannot hold":          {dnf{}, []dnf{{{"a"}}}, false},
	} {
		if got := implied(c.above, c.below); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	var many []dnf
	for range 16 {
		many = append(many, dnf{{"a"}, {"b"}})
	}
	if implied(dnf{{"a"}, {"b"}}, many) {
		t.Error("too many combinations must not be taken for implied")
	}
}

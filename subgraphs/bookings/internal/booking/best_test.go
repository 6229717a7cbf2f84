package booking

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"marquee/internal/contract"
)

// hall draws a hall: a line a row, "." is free, "x" taken, "a" accessible, "_" no seat.
func hall(drawn ...string) *Hall {
	var p contract.Seating
	section := contract.SeatSection{Name: "Stalls", TicketTypeID: "tkt_1"}
	var gone []string
	for r, line := range drawn {
		row := contract.SeatRow{Name: fmt.Sprint(r + 1), First: 1, Step: 1, Count: len(line)}
		for i, sign := range line {
			switch sign {
			case '_':
				row.Without = append(row.Without, i+1)
			case 'a':
				row.Accessible = append(row.Accessible, i+1)
			case 'x':
				gone = append(gone, fmt.Sprintf("%d-%d", r+1, i+1))
			}
		}
		section.Rows = append(section.Rows, row)
	}
	p.Sections = append(p.Sections, section)
	seats := Plan("evt_1", &p)
	var taken []Occupied
	for _, s := range seats {
		for _, g := range gone {
			if g == s.Row+"-"+fmt.Sprint(s.Number) {
				taken = append(taken, Occupied{s.ID, s.TypeID, "bkg_other"})
			}
		}
	}
	return NewHall(seats, taken)
}

func names(seats []*Seat) string {
	var n []string
	for _, s := range seats {
		n = append(n, fmt.Sprintf("%s-%d", s.Row, s.Number))
	}
	return strings.Join(n, " ")
}

func TestBest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		hall  []string
		n     int
		needs bool
		want  string
	}{
		{"the middle of the first row", []string{".........", "........."}, 3, false, "1-4 1-5 1-6"},
		{"together one row back rather than apart", []string{"..x..", "....."}, 3, false, "2-1 2-2 2-3"},
		{"no single seat is left", []string{"....x", "....."}, 3, false, "2-1 2-2 2-3"},
		{"unless it is far", []string{"....x", "xxxxx", "xxxxx", "xxxxx", "....."}, 3, false, "1-2 1-3 1-4"},
		{"a pillar parts people", []string{".._..", "....."}, 4, false, "2-1 2-2 2-3 2-4"},
		{"two groups when no row is long enough", []string{"..xx", "xx..", "x.xx"}, 4, false, "1-1 1-2 2-3 2-4"},
		{"nobody sits alone if it can be helped", []string{"...x", "..xx"}, 4, false, "1-2 1-3 2-1 2-2"},
		{"all that is left", []string{".x.", "x.x"}, 3, false, "1-1 1-3 2-2"},
		{"not enough", []string{".x.", "xxx"}, 3, false, ""},
		{"accessible seats are not given away", []string{"aa..", "...."}, 4, false, "2-1 2-2 2-3 2-4"},
		{"accessible seats for who needs them", []string{"...a", "a..."}, 1, true, "1-4"},
	} {
		if got := names(hall(c.hall...).Best(c.n, c.needs)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Whatever the hall, the best seats are as many as asked for, free, different and of the kind asked for; and there are none only if there
// are too few.
func TestBestIsSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringMatching(`[.xa_]{0,11}\.`), 1, 6).Draw(t, "hall")
		h := hall(lines...)
		n := rapid.IntRange(1, 20).Draw(t, "n")
		needs := rapid.Bool().Draw(t, "needs")
		got := h.Best(n, needs)
		free := 0
		for _, line := range lines {
			free += strings.Count(line, map[bool]string{false: ".", true: "a"}[needs])
		}
		if (got == nil) != (free < n) {
			t.Fatalf("%d of %d free seats wanted, got %q", n, free, names(got))
		}
		seen := map[string]bool{}
		for _, s := range got {
			if seen[s.ID] || !h.Free(s.ID) || s.Accessible != needs {
				t.Fatalf("a wrong seat in %q", names(got))
			}
			seen[s.ID] = true
		}
		if got != nil && len(got) != n {
			t.Fatalf("wanted %d, got %q", n, names(got))
		}
	})
}

package booking

import (
	"cmp"
	"slices"
)

// singleGap is how many rows further back people rather sit than leave one seat alone that hardly anybody buys.
const singleGap = 2

// Best returns the best n free seats: together if that can be, else in as few groups as can be, close to each other and nobody alone
// where it can be helped. accessible says that accessible seats are wanted; otherwise they are left for those who need them. Nil when
// there are not enough. They come in the order of the plan.
func (h *Hall) Best(n int, accessible bool) []*Seat {
	runs := h.runs(accessible)
	var chosen []*Seat
	near := -1 // the row of the group before
	for left := n; left > 0; {
		size := min(left, longest(runs))
		switch {
		case size == 0:
			return nil
		case left-size == 1 && size > 2:
			size-- // two sit together rather than one alone
		}
		r, at := pick(runs, size, near)
		chosen = append(chosen, runs[r].seats[at:at+size]...)
		near, left = runs[r].rank, left-size
		rest := runs[r]
		runs = slices.Delete(runs, r, r+1)
		if before := rest.seats[:at]; len(before) > 0 {
			runs = append(runs, run{before, rest.rank, rest.middle})
		}
		if after := rest.seats[at+size:]; len(after) > 0 {
			runs = append(runs, run{after, rest.rank, rest.middle})
		}
	}
	slices.SortFunc(chosen, func(a, b *Seat) int {
		return cmp.Or(a.SectionPosition-b.SectionPosition, a.RowPosition-b.RowPosition, a.Number-b.Number)
	})
	return chosen
}

// run is free seats beside each other.
type run struct {
	seats  []*Seat
	rank   int // of the row; 0 is the best
	middle int // twice the number in the middle of the row
}

func (h *Hall) runs(accessible bool) []run {
	var all []run
	for rank, row := range h.rows {
		step := stepOf(row)
		middle := row[0].Number + row[len(row)-1].Number
		from := -1
		for i, s := range row {
			ok := h.Free(s.ID) && s.Accessible == accessible
			beside := from >= 0 && s.Number-row[i-1].Number == step
			if from >= 0 && (!ok || !beside) {
				all = append(all, run{row[from:i], rank, middle})
				from = -1
			}
			if ok && from < 0 {
				from = i
			}
		}
		if from >= 0 {
			all = append(all, run{row[from:], rank, middle})
		}
	}
	return all
}

// stepOf is by how much the numbers of neighbours differ: 1, or 2 where one side of the house has the odd and one the even numbers.
func stepOf(row []*Seat) int {
	step := 1
	for i := 1; i < len(row); i++ {
		if d := row[i].Number - row[i-1].Number; i == 1 || d < step {
			step = d
		}
	}
	return step
}

func longest(runs []run) int {
	n := 0
	for _, r := range runs {
		n = max(n, len(r.seats))
	}
	return n
}

// pick returns the run and the place in it of the best size seats beside each other: near the row given (-1: near the front), then not
// leaving a single seat, then in the middle of the row.
func pick(runs []run, size, near int) (which, at int) {
	type score struct{ row, off int }
	best := score{row: int(^uint(0) >> 1)}
	for i, r := range runs {
		for from := 0; from+size <= len(r.seats); from++ {
			s := score{row: r.rank, off: r.seats[from].Number + r.seats[from+size-1].Number - r.middle}
			if near >= 0 {
				s.row = max(r.rank-near, near-r.rank)
			}
			for _, left := range []int{from, len(r.seats) - from - size} {
				if left == 1 {
					s.row += singleGap
				}
			}
			s.off = max(s.off, -s.off)
			if s.row < best.row || s.row == best.row && s.off < best.off {
				best, which, at = s, i, from
			}
		}
	}
	return which, at
}

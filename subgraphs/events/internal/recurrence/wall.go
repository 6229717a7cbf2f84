package recurrence

import "time"

// wall returns the wall clock of an instant in its location, written as UTC.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// At returns the instant at which the clocks of a zone show a wall time (written as UTC), by the rules of the package.
func At(w time.Time, zone *time.Location) time.Time {
	t := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), zone)
	shown := wall(t)
	begin, _ := t.ZoneBounds()
	switch {
	case shown.After(w): // in a gap, read with the offset before it
	case shown.Before(w): // in a gap, read with the offset after it
		_, offset := t.Zone()
		t = w.Add(-time.Duration(offset) * time.Second)
	case !begin.IsZero():
		_, before := begin.Add(-time.Nanosecond).Zone()
		if first := w.Add(-time.Duration(before) * time.Second); first.Before(begin) {
			t = first // it comes again after the change
		}
	}
	return t.UTC()
}

// Shift moves an instant by as much wall time as lies between two others: what was two hours before the one date is two hours before
// the other.
func Shift(t, from, to time.Time, zone *time.Location) time.Time {
	return At(wall(t.In(zone)).Add(wall(to.In(zone)).Sub(wall(from.In(zone)))), zone)
}

// AtTimeOf returns the instant on the day of one instant at the time of day of another.
func AtTimeOf(day, clock time.Time, zone *time.Location) time.Time {
	d, c := day.In(zone), clock.In(zone)
	return At(time.Date(d.Year(), d.Month(), d.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), time.UTC), zone)
}

// SameDay reports whether two instants fall on one day of the zone.
func SameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(isoDate) == b.In(zone).Format(isoDate)
}

// SameClock reports whether two instants are at one time of day in the zone.
func SameClock(a, b time.Time, zone *time.Location) bool {
	return AtTimeOf(a, b, zone).Equal(a)
}

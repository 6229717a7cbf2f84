// Package recurrence turns a recurrence rule of RFC 5545 into the instants of a series. A rule works on the wall clock of the series'
// zone: a tour at ten stays at ten when the clocks change.
//
// Rules are of whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, and the time of day is that of the first date. Wall times that a
// day has not, because the clocks go forward, are read with the offset before the change, so that 02:30 becomes 03:30; of a wall time
// that a day has twice the first is meant (RFC 5545, section 3.3.5).
package recurrence

import (
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"marquee/internal/errs"
)

// Limits of a rule.
const (
	Most     = 1000 // dates
	Endless  = 2    // years that a rule without COUNT and UNTIL goes on
	Farthest = 10   // years from the first date to the last

	longest      = 500 // characters of a rule
	mostInterval = 366
	mostValues   = 366 // of one part
	isoDate      = "20060102"
)

// Codes of rules.
const (
	InvalidRule  errs.Code = "INVALID_RULE"
	TooManyDates errs.Code = "TOO_MANY_DATES"
)

// Rule is a checked recurrence rule.
type Rule struct {
	Text    string // in capital letters, without RRULE:
	Endless bool   // has neither COUNT nor UNTIL

	option rrule.ROption // times are wall times, written as UTC
	zone   *time.Location
}

func invalid(format string, args ...any) error {
	return errs.New(InvalidRule, fmt.Sprintf(format, args...))
}

// Parse checks a rule for a zone. INVALID_RULE.
func Parse(text string, zone *time.Location) (*Rule, error) {
	text = strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "RRULE:")
	if text == "" || len(text) > longest || strings.ContainsAny(text, "\r\n") {
		return nil, invalid("A rule has 1 to %d characters, for example FREQ=WEEKLY;COUNT=10.", longest)
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		if _, twice := parts[name]; twice {
			return nil, invalid("The rule says %.20s twice.", name)
		}
		parts[name] = value
		switch name {
		case "BYHOUR", "BYMINUTE", "BYSECOND", "DTSTART":
			return nil, invalid("The time of day is that of the first date: leave out %s.", name)
		case "BYEASTER":
			return nil, invalid("RFC 5545 knows no BYEASTER.")
		}
		if strings.Count(value, ",") >= mostValues {
			return nil, invalid("%.20s has too many values.", name)
		}
	}
	option, err := rrule.StrToROption(text)
	if err != nil {
		return nil, invalid("This is no recurrence rule: %v.", err)
	}
	r := &Rule{Text: text, Endless: parts["COUNT"] == "" && parts["UNTIL"] == "", option: *option, zone: zone}
	if err := r.check(parts); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Rule) check(parts map[string]string) error {
	o := &r.option
	if o.Freq > rrule.DAILY {
		return invalid("A series has whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.")
	}
	if parts["INTERVAL"] != "" && (o.Interval < 1 || o.Interval > mostInterval) {
		return invalid("INTERVAL is between 1 and %d.", mostInterval)
	}
	if parts["COUNT"] != "" && o.Count < 1 {
		return invalid("COUNT is at least 1.")
	}
	if o.Count > Most {
		return tooMany()
	}
	if parts["COUNT"] != "" && parts["UNTIL"] != "" {
		return invalid("A rule has COUNT or UNTIL, not both.")
	}
	nth := 53
	if o.Freq == rrule.MONTHLY || len(o.Bymonth) > 0 {
		nth = 5
	}
	for _, d := range o.Byweekday {
		switch n := d.N(); {
		case n == 0:
		case o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY || len(o.Byweekno) > 0:
			return invalid("Days of BYDAY have numbers only where FREQ is MONTHLY or YEARLY, without BYWEEKNO.")
		case n < -nth || n > nth:
			return invalid("The numbers of BYDAY are between -%d and %[1]d here.", nth)
		}
	}
	switch until := parts["UNTIL"]; {
	case until == "":
	case strings.HasSuffix(until, "Z"):
		o.Until = wall(o.Until.In(r.zone))
	case len(until) == len(isoDate):
		o.Until = o.Until.Add(24*time.Hour - time.Second)
	}
	if _, err := rrule.NewRRule(*o); err != nil {
		return invalid("This is no recurrence rule: %v.", err)
	}
	return nil
}

func tooMany() error {
	return errs.New(TooManyDates, fmt.Sprintf("A series has at most %d dates.", Most))
}

// Dates returns the instants of the rule from its first date on, rising, the first being start. A rule without an end goes on for two
// years. INVALID_RULE where start is no date of the rule or the rule reaches further than ten years, TOO_MANY_DATES.
func (r *Rule) Dates(start time.Time) (dates []time.Time, err error) {
	first := wall(start.In(r.zone))
	fraction := first.Sub(first.Truncate(time.Second))
	o := r.option
	o.Dtstart = first.Truncate(time.Second)
	last := o.Dtstart.AddDate(Farthest, 0, 0)
	switch {
	case r.Endless:
		o.Until = o.Dtstart.AddDate(Endless, 0, 0)
	case o.Count > 0:
		o.Until = last
	case o.Until.After(last):
		return nil, tooFar()
	}
	walls, err := expand(o)
	switch {
	case err != nil:
		return nil, err
	case len(walls) == 0 || !walls[0].Equal(o.Dtstart):
		return nil, invalid("The first date is none of the rule's: choose a rule that begins with it.")
	case o.Count > len(walls):
		return nil, tooFar()
	}
	dates = []time.Time{start.UTC()}
	for _, w := range walls[1:] {
		// Where a zone leaves out a whole day, that day's date is the next day's.
		if d := At(w.Add(fraction), r.zone); d.After(dates[len(dates)-1]) {
			dates = append(dates, d)
		}
	}
	return dates, nil
}

func tooFar() error { return invalid("A rule reaches at most %d years from its first date.", Farthest) }

// expand lists the wall times of a rule. What the library cannot digest, however it came past the checks, is INVALID_RULE too.
func expand(o rrule.ROption) (walls []time.Time, err error) {
	defer func() {
		if p := recover(); p != nil {
			walls, err = nil, invalid("This rule cannot be worked out.")
		}
	}()
	rule, err := rrule.NewRRule(o)
	if err != nil {
		return nil, invalid("This is no recurrence rule: %v.", err)
	}
	next := rule.Iterator()
	for w, ok := next(); ok; w, ok = next() {
		if len(walls) == Most {
			return nil, tooMany()
		}
		walls = append(walls, w)
	}
	return walls, nil
}

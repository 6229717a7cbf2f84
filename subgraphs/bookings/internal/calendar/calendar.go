// Package calendar writes events as iCalendar (RFC 5545), with the rules of their time zone, so that an entry stands at the right hour
// wherever it is imported, also when clocks change between today and the event.
package calendar

import (
	"fmt"
	"time"

	ical "github.com/arran4/golang-ical"
)

// Entry is what goes into a calendar.
type Entry struct {
	UID         string // the same for every version of the entry
	Sequence    int    // grows with every version
	Title       string
	Description string
	Location    string
	URL         string
	TimeZone    string // IANA
	StartsAt    time.Time
	EndsAt      time.Time
	Cancelled   bool
	At          time.Time // of this version
}

const local = "20060102T150405"

// Write makes the .ics file. An unknown zone is written in UTC.
func (e Entry) Write() []byte {
	c := ical.NewCalendar()
	c.SetProductId("-//Marquee//Tickets//EN")
	c.SetMethod(ical.MethodPublish)
	v := ical.NewEvent(e.UID)
	v.SetDtStampTime(e.At)
	v.SetSummary(e.Title)
	if e.Description != "" {
		v.SetDescription(e.Description)
	}
	if e.Location != "" {
		v.SetLocation(e.Location)
	}
	if e.URL != "" {
		v.SetURL(e.URL)
	}
	v.SetSequence(e.Sequence)
	v.SetStatus(ical.ObjectStatusConfirmed)
	if e.Cancelled {
		v.SetStatus(ical.ObjectStatusCancelled)
	}
	zone, err := time.LoadLocation(e.TimeZone)
	if err != nil || e.TimeZone == "" || e.TimeZone == "UTC" || e.TimeZone == "Local" {
		v.SetStartAt(e.StartsAt)
		v.SetEndAt(e.EndsAt)
	} else {
		c.AddVTimezone(rules(zone, e.TimeZone, e.StartsAt, e.EndsAt))
		id := &ical.KeyValues{Key: "TZID", Value: []string{e.TimeZone}}
		v.SetProperty(ical.ComponentPropertyDtStart, e.StartsAt.In(zone).Format(local), id)
		v.SetProperty(ical.ComponentPropertyDtEnd, e.EndsAt.In(zone).Format(local), id)
	}
	c.AddVEvent(v)
	return []byte(c.Serialize(ical.WithNewLineWindows))
}

// around is how far before and after an event its zone's rules are written: the changes before and after it, of every zone that changes
// twice a year.
const around = 366 * 24 * time.Hour

// rules writes the clock changes of a zone around a time, each as an observance of its own with the local time at which it began: what the
// IANA database says, rather than a rule that is guessed from it.
func rules(zone *time.Location, name string, from, to time.Time) *ical.VTimezone {
	out := ical.NewTimezone(name)
	for at, end := from.Add(-around), to.Add(around); ; {
		t := at.In(zone)
		began, next := t.ZoneBounds()
		abbreviation, offset := t.Zone()
		before := offset
		onset := "19700101T000000" // of a zone that never changed
		if !began.IsZero() {
			_, before = began.Add(-time.Nanosecond).In(zone).Zone()
			// An onset is written in the local time that held until then.
			onset = began.UTC().Add(time.Duration(before) * time.Second).Format(local)
		}
		base := ical.ComponentBase{}
		base.SetProperty(ical.ComponentPropertyDtStart, onset)
		base.SetProperty("TZOFFSETFROM", clock(before))
		base.SetProperty("TZOFFSETTO", clock(offset))
		base.SetProperty("TZNAME", abbreviation)
		if t.IsDST() {
			out.Components = append(out.Components, &ical.Daylight{ComponentBase: base})
		} else {
			out.Components = append(out.Components, &ical.Standard{ComponentBase: base})
		}
		if next.IsZero() || next.After(end) {
			return out
		}
		at = next
	}
}

// clock writes an offset from UTC, for example +0530.
func clock(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	s := fmt.Sprintf("%s%02d%02d%02d", sign, seconds/3600, seconds/60%60, seconds%60)
	if seconds%60 == 0 {
		return s[:5]
	}
	return s
}

package event

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"marquee/internal/errs"
)

const (
	longestTitle       = 200
	longestSummary     = 300
	longestDescription = 20_000
	longestURL         = 2000
	longestReason      = 500
	farthest           = 100 * 365 * 24 * time.Hour // nothing is planned for later than this
)

// plain reports whether a text is valid UTF-8 on one line, without control characters.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// lines is plain for texts of several lines.
func lines(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// line checks a text of one line; least is 0 where it may be empty. It returns what is wrong, "" if nothing.
func line(what, s string, least, most int) string {
	n := utf8.RuneCountInString(s)
	switch {
	case !plain(s):
		return what + " fits on one line."
	case least > 0 && strings.TrimSpace(s) == "":
		return what + " is needed."
	case n < least || n > most:
		return fmt.Sprintf("%s has at most %d characters.", what, most)
	}
	return ""
}

// checkLine adds INVALID_INPUT for a text of one line.
func checkLine(wrong *errs.List, what, s string, least, most int, field ...string) {
	if why := line(what, s, least, most); why != "" {
		wrong.Add(errs.InvalidInput, why, field...)
	}
}

// checkTexts checks the texts of an event.
func checkTexts(wrong *errs.List, e *Event) {
	checkLine(wrong, "The title", e.Title, 1, longestTitle, "input", "title")
	checkLine(wrong, "The summary", e.Summary, 0, longestSummary, "input", "summary")
	if utf8.RuneCountInString(e.Description) > longestDescription || !lines(e.Description) {
		wrong.Add(errs.InvalidInput, "The description has at most 20,000 characters of plain text.", "input", "description")
	}
}

// checkTimes checks start and end. The start must be to come unless it is the one that the event has had before.
func checkTimes(wrong *errs.List, e *Event, before, now time.Time) {
	switch {
	case !e.EndsAt.After(e.StartsAt):
		wrong.Add(InvalidTime, "The event ends after it starts.", "input", "endsAt")
	case e.EndsAt.Sub(now) > farthest:
		wrong.Add(InvalidTime, "That is too far in the future.", "input", "endsAt")
	}
	if !e.StartsAt.Equal(before) && !e.StartsAt.After(now) {
		wrong.Add(InvalidTime, "The event starts in the future.", "input", "startsAt")
	}
}

// checkTimeZone checks an IANA zone. The zones are those built into the program.
func checkTimeZone(wrong *errs.List, zone string) {
	if zone == "" || zone == "Local" || len(zone) > 100 {
		wrong.Add(InvalidTimeZone, "A time zone is an IANA name, for example Europe/Berlin.", "input", "timeZone")
		return
	}
	if _, err := time.LoadLocation(zone); err != nil {
		wrong.Add(InvalidTimeZone, "There is no such time zone. It is an IANA name, for example Europe/Berlin.", "input", "timeZone")
	}
}

// coverURL checks the address of a picture; an empty one means none.
func coverURL(wrong *errs.List, address string) *string {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "https://") || u.Host == "" || u.User != nil || len(address) > longestURL || !plain(address) {
		wrong.Add(errs.InvalidInput, "The picture's address begins with https:// and has at most 2,000 characters.", "input", "coverUrl")
		return nil
	}
	return &address
}

// isCountry reports whether a code is of a country in ISO 3166-1 alpha-2.
func isCountry(code string) bool {
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.String() == code
}

package config

import (
	"net/url"
	"regexp"
)

var keywordPassword = regexp.MustCompile(`(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)`)

// Redact hides the password in the address of a database or a Redis, a URL or keywords. What cannot be read is hidden as a whole.
func Redact(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return "(set)"
	}
	if query := u.Query(); query.Has("password") {
		query.Set("password", "xxxxx")
		u.RawQuery = query.Encode()
	}
	if u.Scheme != "" {
		return u.Redacted()
	}
	return keywordPassword.ReplaceAllString(address, "${1}xxxxx")
}

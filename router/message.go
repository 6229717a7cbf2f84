package router

import "unicode/utf8"

// maxMessage is the longest message of a refusal, in bytes: messages repeat names that clients chose.
const maxMessage = 300

// clipped shortens a message between two characters.
func clipped(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	end := maxMessage
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

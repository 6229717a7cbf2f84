package front

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"marquee/router/scan"
)

// member is one key of a JSON object with its value.
type member struct {
	key string
	raw json.RawMessage // points into the object
}

// members splits a JSON object into its members, in order, repetitions
// included. The object must have been checked, without white space around it.
func members(object []byte) []member {
	list := make([]member, 0, 4)
	for key, v := range scan.Members(object, 0) {
		list = append(list, member{scan.Unquote(key), object[v.From:v.To:v.To]})
	}
	return list
}

// checked refuses what is no JSON, or nested deeper than anything of the router
// looks.
func checked(b []byte, what string) *Failure {
	switch err := scan.Check(b); {
	case err == nil:
		return nil
	case errors.Is(err, scan.ErrUTF8):
		return refuse(http.StatusBadRequest, CodeBadRequest, "The "+what+" is not UTF-8.")
	case errors.Is(err, scan.ErrDepth):
		f := refuse(http.StatusBadRequest, CodeLimit, fmt.Sprintf("The %s is nested deeper than %d levels.", what, scan.MaxDepth))
		f.Errors[0].Extensions = []Extension{{"limit", json.RawMessage(`"inputDepth"`)}}
		return f
	}
	return refuse(http.StatusBadRequest, CodeBadRequest, "The "+what+" is not JSON.")
}

// repeated finds a key that appears twice, in whatever case if it is one of a
// request's params.
func repeated(list []member) (string, bool) {
	if len(list) <= 8 {
		for i := range list {
			for j := range i {
				if list[i].key == list[j].key || (similar(list[i].key) && strings.EqualFold(list[i].key, list[j].key)) {
					return list[i].key, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]bool, len(list))
	for _, m := range list {
		key := m.key
		if similar(key) {
			key = strings.ToLower(key)
		}
		if seen[key] {
			return m.key, true
		}
		seen[key] = true
	}
	return "", false
}

package operation

import (
	"encoding/json"

	"marquee/router/scan"
)

// EachMember hands the members of a JSON object, which must be valid and one, to visit, in order.
func EachMember(object json.RawMessage, visit func(key string, value json.RawMessage)) {
	for key, v := range scan.Members(object, scan.Space(object, 0)) {
		visit(scan.Unquote(key), object[v.From:v.To:v.To])
	}
}

// EachElement hands the elements of a JSON array, which must be valid and one, to visit, in order.
func EachElement(array json.RawMessage, visit func(value json.RawMessage)) {
	for v := range scan.Elements(array, scan.Space(array, 0)) {
		visit(array[v.From:v.To:v.To])
	}
}

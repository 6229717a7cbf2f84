package front

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// clientMessage is a message from the client.
type clientMessage struct {
	id, kind string
	hasID    bool
	payload  json.RawMessage
}

func parseMessage(data []byte) (m clientMessage, ok bool) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' || !utf8.Valid(data) || !json.Valid(data) {
		return m, false
	}
	list := members(data)
	if _, twice := repeated(list); twice {
		return m, false
	}
	for _, f := range list {
		switch f.key {
		case "id":
			m.hasID = true
			if f.raw[0] != '"' || json.Unmarshal(f.raw, &m.id) != nil || m.id == "" || len(m.id) > 256 {
				return m, false
			}
		case "type":
			if f.raw[0] != '"' || json.Unmarshal(f.raw, &m.kind) != nil {
				return m, false
			}
		case "payload":
			if string(f.raw) != "null" {
				m.payload = f.raw
			}
		}
	}
	return m, true
}

// append writes a protocol message as JSON.
func (m *message) append(dst []byte) []byte {
	dst = append(dst, '{')
	if m.op != "" {
		dst = append(dst, `"id":`...)
		dst = appendString(dst, m.op)
		dst = append(dst, ',')
	}
	dst = append(dst, `"type":"`...)
	dst = append(dst, m.kind...)
	dst = append(dst, '"')
	if m.payload != nil {
		dst = append(dst, `,"payload":`...)
		dst = append(dst, m.payload...)
	}
	return append(dst, '}')
}

package front

import (
	"bytes"
	"encoding/json"
	"errors"

	"marquee/router/scan"
)

// clientMessage is a message from the client.
type clientMessage struct {
	id, kind string
	hasID    bool
	payload  json.RawMessage
}

// What a connection is closed with for a message that is none.
const (
	brokenMessage = "Invalid message"
	deepMessage   = "Message nested too deep"
)

// parseMessage reads a message; broken says why it is none, and is else "".
func parseMessage(data []byte) (m clientMessage, broken string) {
	data = bytes.TrimSpace(data)
	switch err := scan.Check(data); {
	case errors.Is(err, scan.ErrDepth):
		return m, deepMessage
	case err != nil || data[0] != '{':
		return m, brokenMessage
	}
	list := members(data)
	if _, twice := repeated(list); twice {
		return m, brokenMessage
	}
	for _, f := range list {
		switch f.key {
		case "id":
			m.hasID = true
			if f.raw[0] != '"' || json.Unmarshal(f.raw, &m.id) != nil || m.id == "" || len(m.id) > 256 {
				return m, brokenMessage
			}
		case "type":
			if f.raw[0] != '"' || json.Unmarshal(f.raw, &m.kind) != nil {
				return m, brokenMessage
			}
		case "payload":
			if string(f.raw) != "null" {
				m.payload = f.raw
			}
		}
	}
	return m, ""
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

package persisted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ReadManifest reads persisted documents: a JSON object {id: document}, or the
// manifest of Apollo's tools ({"format": "apollo-persisted-query-manifest",
// "version": 1, "operations": [{"id", "body"}]}).
func ReadManifest(data []byte) (map[string]string, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("manifest of persisted documents: not a JSON object")
	}
	list := map[string]string{}
	put := func(id, body string) error {
		if _, twice := list[id]; twice || id == "" || body == "" {
			return fmt.Errorf("manifest of persisted documents: id %q is empty, without a document or there twice", id)
		}
		list[id] = body
		return nil
	}
	for dec.More() {
		var key json.Token
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("manifest of persisted documents: %w", err)
		}
		id, _ := key.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, fmt.Errorf("manifest of persisted documents: %w", err)
		}
		var operations []struct{ ID, Body string }
		switch {
		case raw[0] == '"':
			var body string
			if err := json.Unmarshal(raw, &body); err != nil {
				return nil, fmt.Errorf("manifest of persisted documents: %w", err)
			}
			if id == "format" && body == "apollo-persisted-query-manifest" {
				continue
			}
			if err := put(id, body); err != nil {
				return nil, err
			}
		case id == "version":
		case id == "operations" && json.Unmarshal(raw, &operations) == nil:
			for _, o := range operations {
				if err := put(o.ID, o.Body); err != nil {
					return nil, err
				}
			}
		default:
			return nil, fmt.Errorf("manifest of persisted documents: %q is not a document", id)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("manifest of persisted documents: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("manifest of persisted documents: something follows the object")
	}
	return list, nil
}

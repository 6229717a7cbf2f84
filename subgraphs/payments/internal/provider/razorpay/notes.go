package razorpay

import (
	"encoding/json"

	"marquee/internal/id"
)

// notes are what a merchant may add to an object: an object of texts, or an empty list when there are none.
type notes map[string]any

// UnmarshalJSON implements json.Unmarshaler.
func (n *notes) UnmarshalJSON(b []byte) error {
	*n = nil
	var all map[string]any
	if json.Unmarshal(b, &all) == nil {
		*n = all
	}
	return nil
}

func notesOf(key string) notes { return notes{"payment": key} }

// payment is the payment of ours that the notes name; "" if they name none.
func (n notes) payment() string { return n.named("payment", "pay") }

// refund is the refund of ours that the notes name; "" if they name none.
func (n notes) refund() string { return n.named("refund", "ref") }

func (n notes) named(name, prefix string) string {
	if key, ok := n[name].(string); ok && id.Is(prefix, key) {
		return key
	}
	return ""
}

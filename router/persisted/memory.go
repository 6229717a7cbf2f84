package persisted

import (
	"context"

	"github.com/maypok86/otter/v2"
)

// Memory is a Store in this process, bounded by the size of its texts; those
// used least go first.
type Memory struct{ texts *otter.Cache[string, string] }

// perEntry is roughly what an entry costs besides its text, in bytes.
const perEntry = 256

// NewMemory makes a store of about so many bytes.
func NewMemory(size int) (*Memory, error) {
	c, err := otter.New(&otter.Options[string, string]{
		MaximumWeight: uint64(max(size, 1)), //nolint:gosec // positive
		Weigher: func(_, text string) uint32 {
			return uint32(min(len(text), 1<<30) + perEntry) //nolint:gosec // bounded
		},
	})
	if err != nil {
		return nil, err
	}
	return &Memory{c}, nil
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, hash string) (string, bool, error) {
	text, ok := m.texts.GetIfPresent(hash)
	return text, ok, nil
}

// Put implements Store.
func (m *Memory) Put(_ context.Context, hash, text string) error {
	m.texts.Set(hash, text)
	return nil
}

package router

import (
	"sync"
	"sync/atomic"
)

// maxOperationNames bounds the label of operations: clients choose their names, and
// every name is a time series.
const maxOperationNames = 200

// operationNames are the names that have a time series of their own: the first
// that came. Its zero value is ready.
type operationNames struct {
	known sync.Map // of string
	count atomic.Int32
}

// label returns the name, or "other" if there are too many.
func (n *operationNames) label(name string) string {
	if _, ok := n.known.Load(name); ok || name == "" {
		return name
	}
	if n.count.Load() >= maxOperationNames {
		return "other"
	}
	if _, twice := n.known.LoadOrStore(name, nil); !twice && n.count.Add(1) > maxOperationNames {
		n.known.Delete(name) // it came with others at the end
		return "other"
	}
	return name
}

package sales

import (
	"context"
	"sync"
)

// Batch reads for all events that were asked for together when the first of them needs it, so that a list costs one query a field and
// not one an event.
type Batch struct {
	store Store
	ids   []string

	sales     once[map[string]*EventSales]
	mu        sync.Mutex
	timelines map[window]*once[map[string][]*SalesPoint]
}

type window struct {
	bucket SalesBucket
	last   int
}

// once is a value that is read at most once.
type once[T any] struct {
	do    sync.Once
	value T
	err   error
}

func (o *once[T]) get(read func() (T, error)) (T, error) {
	o.do.Do(func() { o.value, o.err = read() })
	return o.value, o.err
}

// Sales returns the events' numbers by id.
func (b *Batch) Sales(ctx context.Context) (map[string]*EventSales, error) {
	return b.sales.get(func() (map[string]*EventSales, error) {
		found, err := b.store.Sales(ctx, b.ids)
		for _, s := range found {
			s.batch = b
		}
		return found, err
	})
}

// Timelines returns the events' timelines by event.
func (b *Batch) Timelines(ctx context.Context, bucket SalesBucket, last int) (map[string][]*SalesPoint, error) {
	b.mu.Lock()
	if b.timelines == nil {
		b.timelines = map[window]*once[map[string][]*SalesPoint]{}
	}
	o := b.timelines[window{bucket, last}]
	if o == nil {
		o = &once[map[string][]*SalesPoint]{}
		b.timelines[window{bucket, last}] = o
	}
	b.mu.Unlock()
	return o.get(func() (map[string][]*SalesPoint, error) { return b.store.Timelines(ctx, b.ids, bucket, last) })
}

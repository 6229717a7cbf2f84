package front

import (
	"bytes"
	"hash/maphash"
	"sync/atomic"
)

// recent remembers what was decoded from the bodies that came last, since most
// clients send the same few again and again. A body is found by its hash and
// compared byte by byte. Bodies with variables are not kept: nearly every one is
// another, and what is in them is not ours to keep.
type recent struct {
	seed maphash.Seed
	kept [recentBodies]atomic.Pointer[decoded]
}

// What is kept takes at most 4 MiB.
const (
	recentBodies = 256
	recentLength = 8 << 10 // of a body, in bytes
)

// decoded is a body with its params, which nobody changes.
type decoded struct {
	body   []byte
	params *Params
}

func newRecent() *recent { return &recent{seed: maphash.MakeSeed()} }

// find returns the params of a body, nil if it is not known, and the place for
// them.
func (c *recent) find(body []byte) (*Params, *atomic.Pointer[decoded]) {
	if len(body) > recentLength {
		return nil, nil
	}
	place := &c.kept[maphash.Bytes(c.seed, body)%recentBodies]
	if d := place.Load(); d != nil && bytes.Equal(d.body, body) {
		return d.params, place
	}
	return nil, place
}

// plain says whether params have nothing but a document's text or name.
func (p *Params) plain() bool {
	return (p.Variables == nil || string(p.Variables) == "{}") && p.Extensions == nil && p.batch == nil && p.done == nil
}

// heldBody is a request body that is in memory as a whole, valid until the request
// is answered.
type heldBody interface{ Bytes() []byte }

package oracle

import (
	"fmt"
	"strings"
)

// bazaar fills a graph from random numbers.
type bazaar struct {
	*filler
	users    []*Object
	products []*Object
	reviews  []*Object
	media    []*Object
	houses   []*Object
}

// NewBazaar makes a graph for the bazaar's schema: users, products, reviews,
// media and warehouses that refer to each other.
func NewBazaar(seed uint64, nulls, fails float64) *Graph {
	b := &bazaar{filler: newFiller(seed, nulls, fails)}
	b.Implements("Book", "Media")
	b.Implements("Film", "Media")
	for i := range 5 {
		b.users = append(b.users, b.Entity("User", map[string]any{"id": fmt.Sprintf("u%d", i), "email": fmt.Sprintf("u%d@x.org", i)}))
	}
	for i := range 6 {
		b.products = append(b.products, b.Entity("Product", map[string]any{
			"upc": fmt.Sprintf("p%d", i), "sku": fmt.Sprintf("s%d", i/2), "brand": b.brand(i % 2),
		}))
	}
	for i := range 8 {
		b.reviews = append(b.reviews, b.Entity("Review", map[string]any{"id": fmt.Sprintf("r%d", i), "stars": b.rnd.IntN(6)}))
	}
	for i := range 4 {
		b.media = append(b.media, b.Entity([]string{"Book", "Film"}[i%2], map[string]any{"id": fmt.Sprintf("m%d", i)}))
	}
	for i := range 2 {
		b.houses = append(b.houses, b.Entity("Warehouse", map[string]any{"code": fmt.Sprintf("w%d", i)}))
	}
	b.link()
	b.roots()
	return b.Graph
}

func (b *bazaar) brand(i int) *Object {
	return &Object{Type: "Brand", Fields: map[string]any{"id": fmt.Sprintf("b%d", i), "name": b.maybe(fmt.Sprintf("Brand \"%d\"", i))}}
}

func (b *bazaar) address() any {
	city := &Object{Type: "City", Fields: map[string]any{"name": "Zü\u0001rich", "zip": b.maybe("8000")}}
	return b.maybe(&Object{Type: "Address", Fields: map[string]any{"street": b.maybe("Main St. 1"), "city": b.maybe(city)}})
}

func (b *bazaar) link() {
	for i, u := range b.users {
		u.Fields["name"] = b.maybe(fmt.Sprintf("Name %d", i))
		u.Fields["nick"] = cased(b.maybe(fmt.Sprintf("nick%d", i)))
		u.Fields["address"] = b.address()
		u.Fields["role"] = b.maybe([]string{"ADMIN", "BUYER", "SELLER"}[b.rnd.IntN(3)])
		u.Fields["friends"] = b.maybe(b.some(b.users, 3, true))
		u.Fields["matrix"] = b.maybe([]any{[]any{1, b.maybe(2)}, b.maybe([]any{}), []any{-3}})
		u.Fields["born"] = b.maybe("1999-12-31")
		u.Fields["favourites"] = limited(b.maybe(b.some(b.products, 4, false)))
		u.Fields["reviews"] = limited(b.maybe(b.some(b.reviews, 4, false)))
		u.Fields["initials"] = Resolver(func(self *Instance, _ map[string]any) any {
			switch v := self.Get("name").(type) {
			case string:
				return v[:1] + v[len(v)-1:]
			default:
				return v
			}
		})
	}
	for i, p := range b.products {
		p.Fields["name"] = b.maybe(fmt.Sprintf("Product %d", i))
		p.Fields["price"] = priced(b.maybe(100 * i))
		p.Fields["weight"] = b.maybe(float64(i) + 0.5)
		p.Fields["dims"] = b.maybe(&Object{Type: "Dims", Fields: map[string]any{"w": b.maybe(i), "h": b.maybe(2 * i)}})
		p.Fields["maker"] = b.maybe(b.one(b.users))
		p.Fields["variants"] = b.maybe([]any{b.some(b.products, 2, true), b.maybe(b.some(b.products, 2, true))})
		p.Fields["tags"] = b.maybe([]any{"new", b.maybe("a\\b")})
		p.Fields["reviews"] = limited(b.some(b.reviews, 3, false))
		p.Fields["rating"] = b.maybe(float64(b.rnd.IntN(50)) / 10)
		p.Fields["inStock"] = b.maybe(b.rnd.IntN(9))
		p.Fields["warehouse"] = b.maybe(b.one(b.houses))
		p.Fields["shipping"] = Resolver(shipping)
	}
	for i, r := range b.reviews {
		r.Fields["body"] = b.maybe(fmt.Sprintf("Body %d\n\u2028", i))
		r.Fields["author"] = b.maybe(b.one(b.users))
		r.Fields["product"] = b.maybe(b.one(b.products))
		r.Fields["about"] = b.maybe(b.some(b.media, 3, true))
	}
	for i, m := range b.media {
		m.Fields["title"] = b.maybe(fmt.Sprintf("Title %d", i))
		m.Fields["owner"] = b.maybe(b.one(b.users))
		m.Fields["pages"] = b.maybe(100 + i)
		m.Fields["minutes"] = 90 + i
		m.Fields["reviews"] = b.maybe(b.some(b.reviews, 2, true))
	}
	for _, w := range b.houses {
		w.Fields["address"] = b.address()
		w.Fields["products"] = b.maybe(b.some(b.products, 3, true))
		w.Fields["keeper"] = b.maybe(b.one(b.users))
	}
}

// shipping needs weight and dims, which another subgraph knows.
func shipping(self *Instance, _ map[string]any) any {
	if err, bad := self.Get("weight").(error); bad {
		return err
	}
	total := 1.0
	for _, path := range []string{"weight", "dims.w", "dims.h"} {
		n, ok := normal(self.Lookup(path)).(float64)
		if !ok {
			return nil
		}
		total += n
	}
	return total
}

func (b *bazaar) roots() {
	q, hits := b.Query.Fields, append(append([]*Object{}, b.users...), b.products...)
	hits = append(hits, b.media[0], b.media[2])
	q["me"] = b.users[0]
	q["users"] = limited(values(b.users))
	q["user"] = byKey(b.users, "id")
	q["products"] = limited(b.maybe(values(b.products)))
	q["product"] = byKey(b.products, "upc")
	q["search"] = b.maybe(b.some(hits, 5, true))
	q["media"] = b.maybe(b.some(b.media, 5, true))
	q["shelf"] = b.maybe([]any{b.some(b.media, 3, false), b.maybe(b.some(b.media, 2, false))})
	q["topReviews"] = limited(b.maybe(b.some(b.reviews, 5, true)))
	q["warehouses"] = values(b.houses)
	m := b.Mutation.Fields
	find := byKey(b.users, "id")
	m["rename"] = Resolver(func(self *Instance, args map[string]any) any {
		u := find(self, args)
		if o, ok := u.(*Object); ok {
			o.Fields["name"] = args["name"]
		}
		return u
	})
	m["forget"] = Resolver(func(self *Instance, args map[string]any) any {
		o, ok := find(self, args).(*Object)
		if ok {
			o.Fields["name"] = nil
		}
		return ok
	})
	m["review"] = Resolver(func(self *Instance, args map[string]any) any {
		for _, r := range b.reviews {
			if p, ok := r.Fields["product"].(*Object); ok && p.Fields["upc"] == args["upc"] {
				r.Fields["body"] = args["body"]
				return r
			}
		}
		return fmt.Errorf("no review of %v", args["upc"])
	})
}

func cased(v any) any {
	return Resolver(func(_ *Instance, args map[string]any) any {
		if s, ok := v.(string); ok && args["upper"] == true {
			return strings.ToUpper(s)
		}
		return v
	})
}

func priced(v any) any {
	return Resolver(func(_ *Instance, args map[string]any) any {
		if n, ok := v.(int); ok && args["currency"] == "USD" {
			return n*11/10 + 1
		}
		return v
	})
}

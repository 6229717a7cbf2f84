package oracle

import "fmt"

// gallery fills a graph from random numbers.
type gallery struct {
	*filler
	items, people, shows []*Object
}

// NewGallery makes a graph for the gallery's schema: items of three types, of
// which one subgraph knows only the interface; people; shows of items.
func NewGallery(seed uint64, nulls, fails float64) *Graph {
	g := &gallery{filler: newFiller(seed, nulls, fails)}
	for _, t := range []string{"Painting", "Statue", "Coin"} {
		g.Implements(t, "Item")
	}
	for i := range 6 {
		g.items = append(g.items, g.Entity([]string{"Painting", "Statue", "Coin"}[i%3], map[string]any{"id": fmt.Sprintf("i%d", i)}))
	}
	for i := range 4 {
		g.people = append(g.people, g.Entity("Person", map[string]any{
			"id": fmt.Sprintf("h%d", i), "name": g.name(i),
		}))
	}
	for i := range 3 {
		g.shows = append(g.shows, g.Entity("Show", map[string]any{"id": fmt.Sprintf("s%d", i)}))
	}
	g.link()
	q := g.Query.Fields
	q["items"] = limited(g.maybe(values(g.items)))
	q["item"] = byKey(g.items, "id")
	q["things"] = g.maybe(g.some(append(append([]*Object{}, g.items[0], g.items[1], g.items[3]), g.people...), 6, true))
	q["people"] = values(g.people)
	q["person"] = byKey(g.people, "id")
	q["dearest"] = limited(g.maybe(g.some(g.items, 5, true)))
	q["shows"] = g.maybe(values(g.shows))
	return g.Graph
}

func (g *gallery) name(i int) *Object {
	return &Object{Type: "Name", Fields: map[string]any{"first": fmt.Sprintf("F%d", i%2), "last": fmt.Sprintf("L%d", i/2)}}
}

func (g *gallery) link() {
	for i, o := range g.items {
		o.Fields["name"] = g.maybe(fmt.Sprintf("Item %d", i))
		price := g.maybe(1000 + i)
		o.Fields["price"] = Resolver(func(_ *Instance, args map[string]any) any {
			if n, ok := price.(int); ok && args["double"] == true {
				return 2 * n
			}
			return price
		})
		o.Fields["appraisal"] = g.maybe(g.appraisal(i))
		o.Fields["width"] = g.maybe(10 + i)
		o.Fields["height"] = g.maybe(20 + i)
		o.Fields["artist"] = g.maybe(g.one(g.people))
		o.Fields["sculptor"] = g.maybe(g.one(g.people))
		o.Fields["material"] = g.maybe([]string{"BRONZE", "STONE"}[i%2])
		o.Fields["year"] = 1900 + i
		o.Fields["shown"] = g.maybe(i%2 == 0)
		o.Fields["area"] = Resolver(area)
		maker := g.maybe(g.one(g.people))
		o.Fields["frame"] = Resolver(func(self *Instance, _ map[string]any) any {
			a := self.Get("area")
			if r, ok := a.(Resolver); ok { // in the monolith area is computed, too
				a = r(self, nil)
			}
			switch a := normal(a).(type) {
			case float64:
				return &Object{Type: "Frame", Fields: map[string]any{"cost": int(a) * 3, "maker": maker}}
			case error:
				return a
			}
			return nil
		})
	}
	for i, p := range g.people {
		p.Fields["born"] = g.maybe(1950 + i)
		p.Fields["motto"] = g.maybe(fmt.Sprintf("Motto %d", i))
		p.Fields["parent"] = g.maybe(g.one(g.people))
		p.Fields["collection"] = g.maybe(g.some(g.items, 4, true))
		var list []any
		for k := range g.rnd.IntN(3) {
			list = append(list, g.appraisal(k))
		}
		p.Fields["estimates"] = limited(g.maybe(list))
		p.Fields["visits"] = g.maybe(g.some(g.shows, 2, true))
		p.Fields["seniority"] = Resolver(func(self *Instance, _ map[string]any) any {
			if err, bad := self.Get("born").(error); bad {
				return err
			}
			if n, ok := self.Number("born"); ok {
				return 2026 - int(n)
			}
			return nil
		})
	}
	for i, s := range g.shows {
		s.Fields["title"] = g.maybe(fmt.Sprintf("Show %d", i))
		s.Fields["visitors"] = g.maybe(g.some(g.people, 4, true))
		s.Fields["halls"] = g.maybe([]any{g.some(g.items, 3, true), g.maybe(g.some(g.items, 2, true)), g.some(g.items, 1, false)})
	}
}

func (g *gallery) appraisal(i int) *Object {
	return &Object{Type: "Appraisal", Fields: map[string]any{
		"value": 500 + i, "by": g.maybe(g.one(g.people)), "note": g.maybe("see \\ back"),
	}}
}

// area needs width and height, which another subgraph knows.
func area(self *Instance, _ map[string]any) any {
	for _, f := range []string{"width", "height"} {
		if err, bad := self.Get(f).(error); bad {
			return err
		}
	}
	w, ok1 := self.Number("width")
	h, ok2 := self.Number("height")
	if !ok1 || !ok2 {
		return nil
	}
	return int(w * h)
}

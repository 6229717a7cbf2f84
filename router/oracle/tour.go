package oracle

import (
	"fmt"
	"strings"
)

// tour fills a graph from random numbers.
type tour struct {
	*filler
	cities, trips, museums, parks, hotels, rooms []*Object
}

// NewTour makes a graph for the tour's schema: hotels below cities, trips and
// museums, whose fields take arguments from the context above them.
func NewTour(seed uint64, nulls, fails float64) *Graph {
	t := &tour{filler: newFiller(seed, nulls, fails)}
	make := func(typ string, n int) (out []*Object) {
		for i := range n {
			out = append(out, t.Entity(typ, map[string]any{"id": fmt.Sprintf("%s%d", strings.ToLower(typ[:1]), i)}))
		}
		return out
	}
	t.cities, t.trips, t.museums, t.parks = make("City", 4), make("Trip", 2), make("Museum", 2), make("Park", 2)
	t.hotels, t.rooms = make("Hotel", 4), make("Room", 4)
	for i, c := range t.cities {
		t.region(c, i)
		c.Fields["name"] = t.maybe(fmt.Sprintf("City %d", i))
		c.Fields["twin"] = t.maybe(t.one(t.cities))
		c.Fields["sights"] = t.maybe(t.some(append(append([]*Object{}, t.museums...), t.parks...), 4, true))
	}
	for i, p := range t.trips {
		t.region(p, i+1)
		p.Fields["name"] = t.maybe(fmt.Sprintf("Trip %d", i))
		p.Fields["budget"] = t.maybe(100 * i)
		p.Fields["cities"] = t.maybe(t.some(t.cities, 3, true))
	}
	for i, m := range t.museums {
		t.region(m, i+2)
		m.Fields["name"] = t.maybe(fmt.Sprintf("Museum %d", i))
	}
	for i, p := range t.parks {
		p.Fields["area"] = t.maybe(i)
		p.Fields["hotels"] = t.maybe(t.some(t.hotels, 2, true))
	}
	for i, h := range t.hotels {
		t.hotel(h, i)
	}
	for i, r := range t.rooms {
		r.Fields["beds"] = t.maybe(i)
		r.Fields["price"] = Taking(map[string]Above{"currency": home("currency")}, func(self *Instance, args map[string]any) any {
			if err, bad := self.Get("beds").(error); bad {
				return err
			}
			if n, ok := self.Number("beds"); ok {
				return fmt.Sprint(args["currency"], " ", n)
			}
			return nil
		})
	}
	q := t.Query.Fields
	q["cities"] = limited(t.maybe(values(t.cities)))
	q["city"] = byKey(t.cities, "id")
	q["trips"] = t.maybe(values(t.trips))
	q["stops"] = t.maybe(t.some(append(append([]*Object{}, t.cities...), t.trips...), 5, true))
	q["regions"] = t.maybe(t.some(append(append([]*Object{}, t.cities...), t.trips...), 5, true))
	return t.Graph
}

func (t *tour) region(o *Object, i int) {
	o.Fields["currency"] = t.maybe([]string{"EUR", "USD", "\"q\""}[i%3])
	tags := []any{"a", t.maybe("b"), fmt.Sprint(i % 2)}
	locale := &Object{Type: "Locale", Fields: map[string]any{"lang": t.maybe([]string{"de", "fr"}[i%2]), "tags": t.maybe(tags)}}
	o.Fields["info"] = t.maybe(&Object{Type: "Info", Fields: map[string]any{"locale": t.maybe(locale)}})
	o.Fields["hotels"] = t.maybe(t.some(t.hotels, 4, true))
}

func (t *tour) hotel(h *Object, i int) {
	h.Fields["label"] = t.maybe(fmt.Sprintf("Hotel %d", i))
	h.Fields["rooms"] = t.maybe(t.some(t.rooms, 3, true))
	h.Fields["rate"] = Taking(map[string]Above{"currency": home("currency")}, func(_ *Instance, args map[string]any) any {
		return fmt.Sprint(args["currency"], " ", args["nights"], " ", i)
	})
	h.Fields["tags"] = Taking(map[string]Above{"list": home("info.locale.tags")}, func(_ *Instance, args map[string]any) any {
		return args["list"]
	})
	h.Fields["slug"] = Taking(map[string]Above{"of": home("id")}, func(_ *Instance, args map[string]any) any {
		return fmt.Sprint(args["of"], "/", i)
	})
	visit := Above{"City": "id", "Trip": "id"}
	h.Fields["rank"] = Taking(map[string]Above{"stop": visit}, func(_ *Instance, args map[string]any) any {
		return fmt.Sprint(i, ". in ", args["stop"])
	})
	stop := Above{"City": "name", "Trip": "currency"}
	h.Fields["badge"] = Taking(map[string]Above{"lang": home("info.locale.lang"), "name": stop}, func(_ *Instance, args map[string]any) any {
		return fmt.Sprint(args["lang"], args["name"], i)
	})
	room, none := t.one(t.rooms), t.maybe(1) == nil
	h.Fields["offers"] = Taking(map[string]Above{"lang": home("info.locale.lang")}, func(_ *Instance, args map[string]any) any {
		if none {
			return nil
		}
		var list []any
		for k := range 2 {
			list = append(list, &Object{Type: "Offer", Fields: map[string]any{"text": fmt.Sprint(args["lang"], args["first"], k), "room": room}})
		}
		return list
	})
	h.Fields["chain"] = t.maybe(&Object{Type: "Chain", Fields: map[string]any{
		"name": t.maybe("Chain"), "rooms": t.maybe(t.some(t.rooms, 2, true)), "best": t.maybe(t.one(t.hotels)),
	}})
}

// home is the value of the context that cities, trips and museums carry.
func home(path string) Above { return Above{"City": path, "Trip": path, "Museum": path} }

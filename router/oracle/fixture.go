package oracle

import (
	"embed"
	"errors"
	"io/fs"
	"math/rand/v2"
	"strings"
)

//go:embed testdata
var files embed.FS

// Fixture is a federation written by hand: the SDL of its subgraphs, what they
// compose to, and data for it.
type Fixture struct {
	Name string
	// Fill makes the data. Equal seeds make equal graphs; nulls and fails are
	// the shares of nullable fields that are null and that fail.
	Fill func(seed uint64, nulls, fails float64) *Graph
	// Values are literals for arguments by name, for the Generator.
	Values map[string][]string
	// Events picks the events of a subscription's root field from the data, nil
	// if the federation has no subscription.
	Events func(g *Graph) []any
}

// Fixtures lists them all.
func Fixtures() []*Fixture {
	return []*Fixture{
		{Name: "bazaar", Fill: NewBazaar, Values: map[string][]string{
			"id": {`"u0"`, `"u1"`, `"u3"`, `"nobody"`}, "upc": {`"p0"`, `"p3"`, `"none"`},
			"name": {`"Zed Q"`, `"\u00fc\""`}, "body": {`"new"`},
		}, Events: func(g *Graph) []any { return values(g.entities["Review"]) }},
		{Name: "gallery", Fill: NewGallery, Values: map[string][]string{"id": {`"i0"`, `"i1"`, `"i2"`, `"h0"`, `"h3"`}}},
		{Name: "tour", Fill: NewTour, Values: map[string][]string{"id": {`"c0"`, `"c1"`}}},
	}
}

// Supergraph is the composition of the subgraphs.
func (f *Fixture) Supergraph() string { return file("testdata/" + f.Name + ".supergraph.graphql") }

// API is what clients see of it: the monolith's schema.
func (f *Fixture) API() string { return file("testdata/" + f.Name + ".api.graphql") }

// Subgraphs returns the SDL of the subgraphs by name.
func (f *Fixture) Subgraphs() map[string]string {
	list, err := fs.Glob(files, "testdata/"+f.Name+"/*.graphql")
	if err != nil {
		panic(err)
	}
	out := map[string]string{}
	for _, name := range list {
		_, sdl, _ := strings.Cut(file(name), "\n") // without the @link line: the oracle declares its directives
		name = name[strings.LastIndexByte(name, '/')+1:]
		out[strings.TrimSuffix(name, ".graphql")] = sdl
	}
	return out
}

func file(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// filler makes random values for a graph.
type filler struct {
	*Graph
	rnd          *rand.Rand
	nulls, fails float64
}

func newFiller(seed uint64, nulls, fails float64) *filler {
	return &filler{Graph: NewGraph(), rnd: rand.New(rand.NewPCG(seed, 1)), nulls: nulls, fails: fails}
}

// errField is what failing fields fail with.
var errField = errors.New("this field failed")

// maybe is v, or null, or an error.
func (b *filler) maybe(v any) any {
	switch p := b.rnd.Float64(); {
	case p < b.nulls:
		return nil
	case p < b.nulls+b.fails:
		return errField
	}
	return v
}

func (b *filler) one(list []*Object) any { return list[b.rnd.IntN(len(list))] }

// some is a list of up to n of the objects.
func (b *filler) some(list []*Object, n int, nullable bool) []any {
	out := make([]any, b.rnd.IntN(n+1))
	for i := range out {
		out[i] = b.one(list)
		if nullable {
			out[i] = b.maybe(out[i])
		}
	}
	return out
}

func values(objects []*Object) []any {
	out := make([]any, len(objects))
	for i, o := range objects {
		out[i] = o
	}
	return out
}

// byKey finds the object whose key field equals the argument of that name.
func byKey(list []*Object, key string) Resolver {
	return func(_ *Instance, args map[string]any) any {
		for _, o := range list {
			if o.Fields[key] == args[key] {
				return o
			}
		}
		return nil
	}
}

// limited is a list field with an argument for its length.
func limited(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	return Resolver(func(_ *Instance, args map[string]any) any {
		for _, name := range []string{"first", "limit"} {
			if n, ok := normal(args[name]).(float64); ok && n >= 0 && int(n) < len(list) {
				return list[:int(n)]
			}
		}
		return list
	})
}

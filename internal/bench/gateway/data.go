package gateway

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"marquee/router/oracle"
)

// Sizes of the nested query's data, chosen so that its answer has about 88 KB.
const (
	people         = 6
	items          = 9
	reviewsEach    = 4 // of a person
	hopNotes       = 20
	wordsPerReview = 10
)

var words = strings.Fields("arrived before noon and fits well; sturdy, quiet, warm in winter; lasts longer than its box says; would buy it again for a friend")

// phrase is n words, always the same for the same source.
func phrase(rnd *rand.Rand, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = words[rnd.IntN(len(words))]
	}
	return strings.Join(out, " ")
}

// nestedGraph is people, what they reviewed and what was reviewed, all connected.
func nestedGraph() *oracle.Graph {
	g, rnd := oracle.NewGraph(), rand.New(rand.NewPCG(1, 2))
	users, products := make([]*oracle.Object, people), make([]*oracle.Object, items)
	for i := range users {
		users[i] = g.Entity("User", map[string]any{
			"id": fmt.Sprintf("person-%d", i), "name": fmt.Sprintf("Person Number %d", i), "handle": fmt.Sprintf("person%d", i), "joined": 2000 + i,
		})
	}
	for i := range products {
		price, weight := 100+37*i, 20+13*i
		products[i] = g.Entity("Product", map[string]any{
			"sku": fmt.Sprintf("sku-%03d", i), "title": "Thing " + phrase(rnd, 2), "price": price, "weight": weight, "inStock": i%3 != 0,
			"shipping": oracle.Resolver(func(self *oracle.Instance, _ map[string]any) any {
				p, _ := self.Number("price")
				w, _ := self.Number("weight")
				if p > 300 {
					return 0
				}
				return int(w) / 2
			}),
		})
	}
	ofUser, ofProduct := make([][]any, people), make([][]any, items)
	for i := range people * reviewsEach {
		u, p := i%people, (i*5+i/people)%items
		r := g.Entity("Review", map[string]any{
			"id": fmt.Sprintf("review-%d", i), "text": phrase(rnd, wordsPerReview), "stars": 1 + rnd.IntN(5), "author": users[u], "product": products[p],
		})
		ofUser[u], ofProduct[p] = append(ofUser[u], r), append(ofProduct[p], r)
	}
	for i, u := range users {
		u.Fields["reviews"] = ofUser[i]
	}
	for i, p := range products {
		p.Fields["reviews"] = ofProduct[i]
	}
	g.Query.Fields["users"] = list(users)
	g.Query.Fields["topProducts"] = first(products)
	return g
}

// hopGraph is a list of notes; the query's answer has about 1.7 KB.
func hopGraph() *oracle.Graph {
	g, rnd := oracle.NewGraph(), rand.New(rand.NewPCG(3, 4))
	notes := make([]*oracle.Object, hopNotes)
	for i := range notes {
		notes[i] = g.Entity("Note", map[string]any{"id": fmt.Sprintf("n%d", i), "title": phrase(rnd, 1), "body": phrase(rnd, 9)})
	}
	g.Query.Fields["notes"] = first(notes)
	return g
}

func list(objects []*oracle.Object) []any {
	out := make([]any, len(objects))
	for i, o := range objects {
		out[i] = o
	}
	return out
}

func first(objects []*oracle.Object) oracle.Resolver {
	return func(_ *oracle.Instance, args map[string]any) any {
		n := len(objects)
		switch v := args["first"].(type) {
		case int64:
			n = int(v)
		case float64:
			n = int(v)
		}
		return list(objects[:min(max(n, 0), len(objects))])
	}
}

// graphs are the data sets by the supergraph they belong to.
var graphs = map[string]func() *oracle.Graph{"nested": nestedGraph, "hop": hopGraph}

// subgraphSDL is the SDL of a supergraph's subgraphs, without the @link line: the oracle declares its directives itself.
func subgraphSDL(supergraph string) (map[string]string, error) {
	entries, err := files.ReadDir("testdata/" + supergraph)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range entries {
		_, sdl, _ := strings.Cut(testdata(supergraph+"/"+e.Name()), "\n")
		out[strings.TrimSuffix(e.Name(), ".graphql")] = sdl
	}
	return out, nil
}

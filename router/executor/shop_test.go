package executor_test

import (
	"marquee/router/oracle"
	"marquee/router/plan"
)

// The shop: users write reviews of products; the inventory computes shipping
// from the price another subgraph knows.
const shopAPI = `
type Query { users: [User!] user(id: ID!): User }
type Mutation { a: Int b: Int c: Int }
type Subscription { reviewed: Review }
type User { id: ID! name: String! nick: String reviews: [Review!] }
type Review { body: String! stars: Int product: Product }
type Product { upc: ID! name: String! price: Int shipping: Int tags: [String!] }
`

var shopSDL = map[string]string{
	"users": `type Query { users: [User!] user(id: ID!): User }
		type Mutation { a: Int c: Int }
		type User @key(fields: "id") { id: ID! name: String! nick: String }`,
	"reviews": `type Subscription { reviewed: Review }
		type Mutation { b: Int }
		type User @key(fields: "id") { id: ID! reviews: [Review!] }
		type Review { body: String! stars: Int product: Product }
		type Product @key(fields: "upc", resolvable: false) { upc: ID! }`,
	"products":  `type Product @key(fields: "upc") { upc: ID! name: String! price: Int tags: [String!] }`,
	"inventory": `type Product @key(fields: "upc") { upc: ID! price: Int @external shipping: Int @requires(fields: "price") }`,
}

func shopGraph() *oracle.Graph {
	g := oracle.NewGraph()
	shipping := oracle.Resolver(func(self *oracle.Instance, _ map[string]any) any {
		switch v := self.Get("price").(type) {
		case nil:
			return nil
		case error:
			return v
		}
		n, _ := self.Number("price")
		return int(n) * 2
	})
	var products []*oracle.Object
	for i, price := range []any{10, nil, 30} {
		upc := string(rune('p')) + string(rune('1'+i))
		products = append(products, g.Entity("Product", map[string]any{
			"upc": upc, "name": "Product " + upc, "price": price, "shipping": shipping, "tags": []any{"x", "y\"z"},
		}))
	}
	review := func(body string, stars any, p *oracle.Object) *oracle.Object {
		o := &oracle.Object{Type: "Review", Fields: map[string]any{"body": body, "stars": stars}}
		if p != nil {
			o.Fields["product"] = p
		}
		return o
	}
	users := []any{
		g.Entity("User", map[string]any{"id": "u1", "name": "Ann", "nick": nil, "reviews": []any{
			review("good", 5, products[0]), review("bad", 1, products[1]),
		}}),
		g.Entity("User", map[string]any{"id": "u2", "name": "Bob \u00e9 \n", "nick": "b", "reviews": []any{
			review("fine", nil, products[0]), review("gone", 2, nil), review("dear", 3, products[2]),
		}}),
		g.Entity("User", map[string]any{"id": "u3", "name": "Cy", "reviews": []any{}}),
		g.Entity("User", map[string]any{"id": "u4", "name": "Di", "reviews": nil}),
	}
	g.Query.Fields["users"] = users
	g.Query.Fields["user"] = oracle.Resolver(func(_ *oracle.Instance, args map[string]any) any {
		for _, u := range users {
			if o := u.(*oracle.Object); o.Fields["id"] == args["id"] {
				return o
			}
		}
		return nil
	})
	return g
}

const shopQuery = `{ people: users { name nick reviews { stars product { tags name price shipping upc2: upc } text: body } } }`

func named(name string, nonNull bool) *plan.Type { return &plan.Type{Name: name, NonNull: nonNull} }

func listOf(t *plan.Type) *plan.Type { return &plan.Type{Elem: t} }

func leaf(key string, slot int, t *plan.Type, l plan.Leaf) plan.SelField {
	return plan.SelField{Key: key, Name: key, Slot: slot, Type: t, Leaf: l}
}

func composite(key string, slot int, t *plan.Type, fields ...plan.SelField) plan.SelField {
	return plan.SelField{Key: key, Name: key, Slot: slot, Type: t, Child: selectAll(fields...)}
}

func selectAll(fields ...plan.SelField) *plan.Selection {
	return &plan.Selection{Variants: []plan.Variant{{Fields: fields}}}
}

func bind(key string, slot int, response string) plan.ShapeField {
	return plan.ShapeField{Key: key, Slot: slot, Response: response}
}

// shopPlan is a plan for shopQuery, written by hand: users → reviews →
// products → inventory. Sites: 0 root, 1 User (id name nick reviews), 2 Review
// (body stars product), 3 Product (upc name price shipping tags).
func shopPlan() *plan.Plan {
	users := plan.Shape{Fields: []plan.ShapeField{{
		Key: "users", Slot: 0, Lists: 1, Response: "people",
		Child: &plan.Shape{Site: 1, Type: 1, Fields: []plan.ShapeField{bind("id", 0, ""), bind("name", 1, "name"), bind("nick", 2, "nick")}},
	}}}
	return &plan.Plan{
		Types:   []string{"", "User", "Review", "Product"},
		Sites:   shopSites("people"),
		Fetches: append([]plan.Fetch{{Subgraph: "users", Operation: "query Q{users{id name nick}}", OperationName: "Q", Root: &users}}, shopEntities()...),
		Projection: selectAll(composite("people", 0, listOf(named("User", true)),
			leaf("name", 1, named("String", true), plan.LeafString), leaf("nick", 2, named("String", false), plan.LeafString), shopReviews())),
	}
}

func shopSites(key string) []plan.Site {
	return []plan.Site{
		{Parent: plan.NoSite, Slots: 1, Type: "Query"},
		{Parent: 0, ParentSlot: 0, Slots: 4, Type: "User", Key: key, Tracked: true},
		{Parent: 1, ParentSlot: 3, Slots: 3, Type: "Review", Key: "reviews"},
		{Parent: 2, ParentSlot: 2, Slots: 5, Type: "Product", Key: "product", Tracked: true},
	}
}

func shopReviews() plan.SelField {
	return composite("reviews", 3, listOf(named("Review", true)),
		leaf("stars", 1, named("Int", false), plan.LeafInt),
		composite("product", 2, named("Product", false),
			leaf("tags", 4, listOf(named("String", true)), plan.LeafString), leaf("name", 1, named("String", true), plan.LeafString),
			leaf("price", 2, named("Int", false), plan.LeafInt), leaf("shipping", 3, named("Int", false), plan.LeafInt),
			leaf("upc2", 0, named("ID", true), plan.LeafID)),
		leaf("text", 0, named("String", true), plan.LeafString))
}

func entityFetch(id int, subgraph, fields string, deps []int, source plan.Source) plan.Fetch {
	return plan.Fetch{
		ID: id, Subgraph: subgraph, Kind: plan.Entity, Deps: deps,
		Operation: "query($r0:[_Any!]!){_0:_entities(representations:$r0){" + fields + "}}",
		Entries:   []plan.Entry{{Alias: "_0", Variable: "r0", Sources: []plan.Source{source}}},
	}
}

// shopEntities are the fetches behind the users.
func shopEntities() []plan.Fetch {
	product := &plan.Shape{Site: 3, Type: 3, Fields: []plan.ShapeField{bind("upc", 0, "upc2")}}
	return []plan.Fetch{
		entityFetch(1, "reviews", "...on User{reviews{body stars product{upc}}}", []int{0}, plan.Source{
			Site:            1,
			Representations: []plan.Representation{{Typename: "User", Fields: []plan.RepField{{Key: "id", Slot: 0, Required: true}}}},
			Output: &plan.Shape{Site: 1, Fields: []plan.ShapeField{{
				Key: "reviews", Slot: 3, Lists: 1, Response: "reviews",
				Child: &plan.Shape{Site: 2, Type: 2, Fields: []plan.ShapeField{
					bind("body", 0, "text"), bind("stars", 1, "stars"), {Key: "product", Slot: 2, Child: product, Response: "product"},
				}},
			}}},
		}),
		entityFetch(2, "products", "...on Product{name price tags}", []int{1}, plan.Source{
			Site:            3,
			Representations: []plan.Representation{{Fields: []plan.RepField{{Key: "upc", Slot: 0, Required: true}}}},
			Output:          &plan.Shape{Site: 3, Fields: []plan.ShapeField{bind("name", 1, "name"), bind("price", 2, "price"), bind("tags", 4, "tags")}},
		}),
		entityFetch(3, "inventory", "...on Product{shipping}", []int{2}, plan.Source{
			Site: 3,
			Representations: []plan.Representation{{
				OnTypes: []plan.TypeID{3}, Typename: "Product",
				Fields: []plan.RepField{{Key: "upc", Slot: 0, Required: true}, {Key: "price", Slot: 2}},
			}},
			Output: &plan.Shape{Site: 3, Fields: []plan.ShapeField{bind("shipping", 3, "shipping")}},
		}),
	}
}

// reviewsOf returns the reviews of a user of the shop's graph.
func reviewsOf(user any) []any {
	list, _ := user.(*oracle.Object).Fields["reviews"].([]any)
	return list
}

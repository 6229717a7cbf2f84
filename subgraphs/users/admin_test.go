package users_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/internal/viewer"
)

func TestRoles(t *testing.T) {
	b := start(t)
	s := b.register(t, "Ada", "ada@example.com")
	const fields = "user { id name email roles createdAt } userErrors { field message code }"
	for range 2 {
		a := b.mutate(t, as(s), "startOrganizing", fields, map[string]any{})
		if a.User == nil || !slices.Equal(a.User.Roles, []string{"USER", "EVENT_MANAGER"}) {
			t.Fatalf("start organizing: %+v", a)
		}
	}
	gone := &viewer.Viewer{UserID: admin.UserID, Roles: []string{viewer.User}}
	wantCode(t, b.mutate(t, gone, "startOrganizing", fields, map[string]any{}), "ACCOUNT_NOT_FOUND")

	set := func(who *viewer.Viewer, id string, roles ...string) answer {
		return b.mutate(t, who, "setUserRoles", fields, map[string]any{"userId": id, "roles": roles})
	}
	if a := set(admin, s.User.ID, "ADMIN"); a.User == nil || !slices.Equal(a.User.Roles, []string{"USER", "ADMIN"}) {
		t.Fatalf("set roles: %+v", a)
	}
	wantCode(t, set(as(s, viewer.Admin), s.User.ID, "EVENT_MANAGER"), "LAST_ADMIN", "input", "roles")
	wantCode(t, set(admin, "usr_01jd5x0m6efc8rb3b3e9hqf5vx", "USER"), "USER_NOT_FOUND", "input", "userId")
	wantCode(t, set(admin, "usr_\x00", "USER"), "USER_NOT_FOUND")

	b.wantTop(t, as(s), `mutation { setUserRoles(input: {userId: "x", roles: []}) { userErrors { code } } }`, "FORBIDDEN")
	b.wantTop(t, nil, `mutation { setUserRoles(input: {userId: "x", roles: []}) { userErrors { code } } }`, "UNAUTHENTICATED")
	b.wantTop(t, nil, `mutation { startOrganizing(input: {}) { userErrors { code } } }`, "UNAUTHENTICATED")
}

func TestStrangersSeeNoAddress(t *testing.T) {
	b := start(t)
	ada, bea := b.register(t, "Ada", "ada@example.com"), b.register(t, "Bea", "bea@example.com")
	for _, c := range []struct {
		who  *viewer.Viewer
		sees bool
	}{{nil, false}, {as(bea, viewer.EventManager), false}, {as(ada), true}, {admin, true}} {
		var out struct {
			User     *user
			Entities []*user `json:"_entities"`
		}
		b.Do(t, c.who, `query($id: ID!, $r: [_Any!]!) { user(id: $id) { id name email roles createdAt }
			_entities(representations: $r) { ... on User { id name email roles createdAt } } }`, map[string]any{
			"id": ada.User.ID,
			"r": []any{
				map[string]any{"__typename": "User", "id": "usr_01jd5x0m6efc8rb3b3e9hqf5vx"},
				map[string]any{"__typename": "User", "id": ada.User.ID},
				map[string]any{"__typename": "User", "id": "nothing"},
			},
		}).Into(t, &out)
		if len(out.Entities) != 3 || out.Entities[0] != nil || out.Entities[1] == nil || out.Entities[2] != nil {
			t.Fatalf("entities %+v", out.Entities)
		}
		for _, u := range []*user{out.User, out.Entities[1]} {
			if u.Name != "Ada" || (u.Email != nil) != c.sees || (len(u.Roles) > 0) != c.sees {
				t.Errorf("%v sees %+v", c.who, u)
			}
		}
	}
}

func TestUsersArePagedForAdministrators(t *testing.T) {
	b := start(t)
	for i := range 5 {
		if i != 3 { // two of the same instant
			b.clock.Forward(time.Second)
		}
		b.register(t, fmt.Sprintf("Person %d%%", i), fmt.Sprintf("p%d@example.com", i))
	}
	const query = `query($first: Int!, $after: String, $search: String) { users(first: $first, after: $after, search: $search) {
		edges { cursor node { name } } nodes { name email } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`
	type pageOf struct {
		Users struct {
			Edges    []struct{ Cursor string }
			Nodes    []user
			PageInfo struct {
				HasNextPage, HasPreviousPage bool
				EndCursor                    *string
			}
		}
	}
	var names []string
	var after *string
	for range 3 {
		var p pageOf
		b.Do(t, admin, query, map[string]any{"first": 2, "after": after}).Into(t, &p)
		for _, n := range p.Users.Nodes {
			names = append(names, n.Name)
		}
		if p.Users.PageInfo.HasNextPage != (len(names) < 5) || p.Users.PageInfo.HasPreviousPage != (after != nil) {
			t.Errorf("after %d: %+v", len(names), p.Users.PageInfo)
		}
		after = p.Users.PageInfo.EndCursor
	}
	if len(names) != 5 || names[0] != "Person 4%" && names[0] != "Person 3%" || names[4] != "Person 0%" {
		t.Errorf("names %q", names)
	}
	for search, want := range map[string]int{"p3@": 1, "PERSON": 5, "3%": 1, "%": 5, "_": 0, `\`: 0, "": 5} {
		var p pageOf
		b.Do(t, admin, query, map[string]any{"first": 100, "search": search}).Into(t, &p)
		if len(p.Users.Nodes) != want {
			t.Errorf("search %q finds %d, want %d", search, len(p.Users.Nodes), want)
		}
	}
	b.wantTop(t, nil, "{ users { nodes { id } } }", "UNAUTHENTICATED")
	b.wantTop(t, &viewer.Viewer{UserID: admin.UserID, Roles: []string{viewer.User}}, "{ users { nodes { id } } }", "FORBIDDEN")
	for _, bad := range []string{`first: 0`, `first: 101`, `after: "x"`, `after: "WyIxIiwiMiJd"`, `search: "a\u0000"`} {
		b.wantTop(t, admin, "{ users("+bad+") { nodes { id } } }", "INVALID_INPUT")
	}
}

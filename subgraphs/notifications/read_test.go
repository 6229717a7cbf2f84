package notifications_test

import (
	"slices"
	"strings"
	"testing"

	"marquee/internal/viewer"
)

func TestListsArePagedNewestFirst(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	s.Deliver(t, ada.registered())
	s.Deliver(t, bob.registered())
	const n = 7
	var order []string // booking ids, newest first
	for range n {
		b := ada.booking()
		s.Deliver(t, confirmed(b))
		order = slices.Insert(order, 0, b.BookingID)
	}
	s.Deliver(t, confirmed(bob.booking()))
	settled(t, s, admin, n+1)

	var after *string
	var got []string
	var mailed int
	for pages := 0; ; pages++ {
		var d struct {
			MyNotifications struct {
				Nodes    []note
				PageInfo pageInfo
			}
		}
		s.Do(t, ada.Viewer, `query($a: String) { myNotifications(first: 3, after: $a) { nodes { `+noteFields+` } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
			map[string]any{"a": after}).Into(t, &d)
		for _, x := range d.MyNotifications.Nodes {
			got = append(got, x.Booking.ID)
		}
		info := d.MyNotifications.PageInfo
		if info.HasPreviousPage != (pages > 0) || info.HasNextPage != (len(got) < n) {
			t.Errorf("page %d: %+v", pages, info)
		}
		after = info.EndCursor
		if !info.HasNextPage {
			break
		}
	}
	if !slices.Equal(got, order) {
		t.Errorf("got %v, want %v", got, order)
	}
	after = nil
	for {
		var d struct {
			OutboxMessages struct {
				Edges    []struct{ Node mail }
				PageInfo pageInfo
			}
		}
		s.Do(t, admin, `query($a: String) { outboxMessages(first: 4, after: $a, status: SENT, recipient: "EXAMPLE.org") { edges { node { `+mailFields+` } } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"a": after}).Into(t, &d)
		mailed += len(d.OutboxMessages.Edges)
		if after = d.OutboxMessages.PageInfo.EndCursor; !d.OutboxMessages.PageInfo.HasNextPage {
			break
		}
	}
	if mailed != n+1 {
		t.Errorf("%d mails over all pages, want %d", mailed, n+1)
	}
}

func TestFiltersOfTheDeliveryLog(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	bob.email = "100%_bob@example.org"
	s.Deliver(t, ada.registered())
	s.Deliver(t, bob.registered())
	s.Deliver(t, confirmed(ada.booking()))
	s.Deliver(t, confirmed(bob.booking()))
	settled(t, s, admin, 2)
	for filter, want := range map[string]int{
		`recipient: "%"`: 1, `recipient: "_bob@"`: 1, `recipient: "@example.org"`: 2, `recipient: "nobody"`: 0,
		`status: FAILED`: 0, `status: SENT`: 2, `status: QUEUED`: 0, `recipient: ""`: 2, `status: null, recipient: null`: 2,
	} {
		var d struct{ OutboxMessages struct{ Nodes []mail } }
		s.Do(t, admin, `{ outboxMessages(`+filter+`) { nodes { `+mailFields+` } } }`, nil).Into(t, &d)
		if len(d.OutboxMessages.Nodes) != want {
			t.Errorf("%s: %d mails, want %d", filter, len(d.OutboxMessages.Nodes), want)
		}
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	s.Deliver(t, ada.registered())
	s.Deliver(t, confirmed(ada.booking()))
	sent := settled(t, s, admin, 1)
	told := notes(t, s, ada.Viewer)

	if got := notes(t, s, bob.Viewer); len(got) != 0 {
		t.Errorf("Bob sees %+v", got)
	}
	if got := mails(t, s, bob.Viewer); len(got) != 0 {
		t.Errorf("Bob sees %+v", got)
	}
	for _, q := range []string{
		`{ myNotifications { nodes { id } } }`, `{ outboxMessages { nodes { id } } }`, `mutation { markNotificationsRead(input: {}) { marked } }`,
		`mutation { resendMessage(input: {id: "msg_1"}) { message { id } } }`,
	} {
		wantCode(t, s.Do(t, nil, q, nil), "UNAUTHENTICATED")
	}
	wantCode(t, s.Do(t, ada.Viewer, `mutation { resendMessage(input: {id: "msg_1"}) { message { id } } }`, nil), "FORBIDDEN")
	for _, q := range []string{
		`{ myNotifications(first: 0) { nodes { id } } }`, `{ myNotifications(first: 101) { nodes { id } } }`,
		`{ myNotifications(after: "?") { nodes { id } } }`, `{ myNotifications(after: "WyJhIiwiYiJd") { nodes { id } } }`,
		`{ outboxMessages(after: "WzEsMl0") { nodes { id } } }`, `{ outboxMessages(recipient: "` + strings.Repeat("a", 321) + `") { nodes { id } } }`,
	} {
		wantCode(t, s.Do(t, ada.Viewer, q, nil), "INVALID_INPUT")
	}

	entities := `query($r: [_Any!]!) { _entities(representations: $r) { ... on Notification { id title } ... on OutboxMessage { id subject } } }`
	representations := map[string]any{"r": []any{
		map[string]any{"__typename": "Notification", "id": "ntf_none"},
		map[string]any{"__typename": "Notification", "id": told[0].ID},
		map[string]any{"__typename": "OutboxMessage", "id": sent[0].ID},
		map[string]any{"__typename": "OutboxMessage", "id": "msg_none"},
	}}
	for name, c := range map[string]struct {
		who  *viewer.Viewer
		want []string
	}{
		"Ada": {ada.Viewer, []string{"", told[0].ID, sent[0].ID, ""}}, "Bob": {bob.Viewer, []string{"", "", "", ""}},
		"an administrator": {admin, []string{"", told[0].ID, sent[0].ID, ""}}, "nobody": {nil, []string{"", "", "", ""}},
	} {
		var d struct {
			Entities []*struct{ ID string } `json:"_entities"`
		}
		s.Do(t, c.who, entities, representations).Into(t, &d)
		var got []string
		for _, e := range d.Entities {
			if e == nil {
				got = append(got, "")
			} else {
				got = append(got, e.ID)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s gets %q, want %q", name, got, c.want)
		}
	}
}

func TestUnreadCountAndMarking(t *testing.T) {
	t.Parallel()
	s, ada, bob := start(t), somebody(), somebody()
	for range 3 {
		s.Deliver(t, confirmed(ada.booking()))
	}
	s.Deliver(t, confirmed(bob.booking()))
	count := `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { id unreadNotificationCount } } }`
	unread := func(of ...person) map[string]any {
		var r []any
		for _, p := range of {
			r = append(r, map[string]any{"__typename": "User", "id": p.UserID})
		}
		return map[string]any{"r": r}
	}
	var d struct {
		Entities []struct{ UnreadNotificationCount int } `json:"_entities"`
	}
	s.Do(t, admin, count, unread(ada, bob, somebody())).Into(t, &d)
	for i, want := range []int{3, 1, 0} {
		if d.Entities[i].UnreadNotificationCount != want {
			t.Errorf("person %d has %d unread, want %d", i, d.Entities[i].UnreadNotificationCount, want)
		}
	}
	wantCode(t, s.Do(t, bob.Viewer, count, unread(ada)), "FORBIDDEN")
	wantCode(t, s.Do(t, nil, count, unread(ada)), "UNAUTHENTICATED")

	type payload struct {
		MarkNotificationsRead struct {
			Marked, Unread int
			UserErrors     []struct {
				Code  string
				Field []string
			}
		}
	}
	mark := func(who person, ids any) payload {
		t.Helper()
		var d payload
		s.Do(t, who.Viewer, `mutation($ids: [ID!]) { markNotificationsRead(input: {ids: $ids}) { marked unread userErrors { code field } } }`,
			map[string]any{"ids": ids}).Into(t, &d)
		return d
	}
	all := notes(t, s, ada.Viewer)
	for _, step := range []struct {
		who            person
		ids            any
		marked, unread int
	}{
		{bob, []string{all[0].ID, all[1].ID}, 0, 1}, // hers are not his
		{ada, []string{}, 0, 3},
		{ada, []string{all[0].ID, all[0].ID, "ntf_none"}, 1, 2},
		{ada, []string{all[0].ID}, 0, 2},
		{ada, nil, 2, 0},
		{ada, nil, 0, 0},
	} {
		if got := mark(step.who, step.ids).MarkNotificationsRead; got.Marked != step.marked || got.Unread != step.unread || len(got.UserErrors) != 0 {
			t.Errorf("marking %v: %+v, want %d marked and %d unread", step.ids, got, step.marked, step.unread)
		}
	}
	if got := mark(bob, make([]string, 101)).MarkNotificationsRead; len(got.UserErrors) != 1 || got.UserErrors[0].Code != "TOO_MANY" || got.Unread != 1 {
		t.Errorf("101 ids: %+v", got)
	}
	var left struct{ MyNotifications struct{ Nodes []note } }
	s.Do(t, bob.Viewer, `{ myNotifications(unreadOnly: true) { nodes { `+noteFields+` } } }`, nil).Into(t, &left)
	if len(left.MyNotifications.Nodes) != 1 {
		t.Errorf("Bob has %+v", left)
	}
	s.Do(t, ada.Viewer, `{ myNotifications(unreadOnly: true) { nodes { `+noteFields+` } } }`, nil).Into(t, &left)
	if len(left.MyNotifications.Nodes) != 0 {
		t.Errorf("Ada has %+v", left)
	}
}

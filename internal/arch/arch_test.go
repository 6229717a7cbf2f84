// Package arch holds the rules of who may import whom, and the test that keeps them.
package arch_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// rule forbids imports. from and deny are regular expressions over import paths relative to the module; except names exceptions of deny.
type rule struct {
	from, deny, except, why string
}

const domain = `^subgraphs/(users/internal/user|events/internal/event|bookings/internal/booking|payments/internal/payment|notifications/internal/notification|analytics/internal/sales)$`

var rules = []rule{
	{
		`^internal/(errs|id|email|money|page|contract|viewer|bus|outbox|idempotency|pubsub|jobs|auth|telemetry|config|run|pg|graphql|service|demo|crash)`, `^(subgraphs|router|cmd|web)/`, ``,
		"the platform has no domain word and no gateway: it must work for any subgraph",
	},
	{
		`^router(/|$)`, `^(subgraphs|cmd|web|internal)/`, ``,
		"the router is a general Federation 2 gateway: it knows no subgraph, no database and nothing of the platform",
	},
	{
		`^subgraphs/`, `^(router|cmd|web)(/|$)`, ``,
		"subgraphs answer whoever has an internal token; they do not know the gateway",
	},
	{
		domain, `^(github.com/jackc/|github.com/99designs/|net/http$|database/sql$|github.com/redis/|github.com/riverqueue/|os$)`, ``,
		"a domain package does no I/O: interfaces are declared where they are used and adapters implement them",
	},
	{
		domain, `^internal/`, `^internal/(errs|id|email|money|page|contract|viewer)$`,
		"a domain package stands on plain data only",
	},
	{
		`^router/(planner|operation|supergraph|plan|cost)$`, `^(net/http|net|github.com/valyala/fasthttp|github.com/coder/websocket)$`, ``,
		"everything left of transport is pure and is tested without a socket",
	},
	{`^router/planner$`, `^router/(executor|front|transport|hub)$`, ``, "plan is the waist: the planner does not know who executes"},
	{`^router/executor$`, `^router/(planner|front|hub|operation)$`, ``, "plan is the waist: the executor does not know who plans"},
	{
		`^router/(plan|supergraph|operation|planner|executor|transport|hub|identity|introspection|cost|ratelimit)$`, `^router(/front)?$`, ``,
		"the front is outermost: nothing inside knows clients",
	},
	{`.`, `^(github.com/lib/pq|gorm.io/|github.com/jmoiron/sqlx)`, ``, "one way to PostgreSQL: pgx and sqlc"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "marquee/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func relative(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "marquee/"), "marquee")
}

func TestImports(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, r := range rules {
		from, deny := regexp.MustCompile(r.from), regexp.MustCompile(r.deny)
		matched := false
		for _, p := range all {
			if !from.MatchString(relative(p.ImportPath)) {
				continue
			}
			matched = true
			for _, imported := range p.Imports {
				if path := relative(imported); deny.MatchString(path) && (r.except == "" || !regexp.MustCompile(r.except).MatchString(path)) {
					t.Errorf("%s imports %s\n\tagainst: %s", p.ImportPath, imported, r.why)
				}
			}
		}
		if !matched {
			t.Errorf("no package matches %s: the rule guards nothing", r.from)
		}
	}
}

package planner

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"marquee/router/hostile"
	"marquee/router/operation"
	"marquee/router/supergraph"
)

// What is found for one type and used for its kin is what would be found for each of them.
func TestKinship(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(hostile.Supergraph(), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kin, apart := New(sg, Options{MaxWall: time.Minute}), New(sg, Options{MaxWall: time.Minute})
	apart.kinship = nil
	planned := 0
	for _, c := range hostile.Cases() {
		doc, errs := operation.Parse(sg, c.Query, operation.DefaultLimits())
		if len(errs) > 0 {
			continue
		}
		op, e := doc.Operation("")
		if e != nil {
			continue
		}
		n, e := op.Normalise(nil, 0)
		if e != nil {
			continue
		}
		got, err := kin.Plan(n)
		want, wantErr := apart.Plan(n)
		var limit *Error
		switch {
		case errors.As(err, &limit) && limit.Code == "QUERY_PLAN_LIMIT" && wantErr != nil && err.Error() == wantErr.Error():
		case err != nil || wantErr != nil:
			t.Errorf("%s: %v, apart: %v", c.Name, err, wantErr)
		case !reflect.DeepEqual(got, want):
			t.Errorf("%s: the plans differ", c.Name)
		}
		planned++
	}
	if planned < 50 || len(kin.kinship.kinds) > 200 {
		t.Errorf("%d plans, %d kinds", planned, len(kin.kinship.kinds))
	}
}

// Types that come as an interface object have kin too: two kinds of six types each.
func TestKinshipOfInterfaceObjects(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) { things: [Thing] @join__field(graph: B) }\n")
	b.WriteString("interface Thing @join__type(graph: A, key: \"id\") @join__type(graph: B, key: \"id\", isInterfaceObject: true) { id: ID! score: Int @join__field(graph: B) size(unit: String): Int @join__field(graph: A) }\n")
	for i := range 12 {
		fmt.Fprintf(&b, "type T%d implements Thing @join__implements(graph: A, interface: \"Thing\") @join__type(graph: A, key: \"id\") @join__type(graph: C, key: \"id\") { id: ID! score: Int @join__field size(unit: String): Int @join__field(graph: A) extra: Int @join__field(graph: C", i)
		if i%2 == 0 {
			b.WriteString(", requires: \"score\") }\n")
		} else {
			b.WriteString(") }\n")
		}
	}
	sg, err := supergraph.Parse(fullSchema("a b c", b.String()), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	query := "{ things { id score size"
	for i := range 12 {
		query += fmt.Sprintf(" ... on T%d { extra }", i)
	}
	op, err := normalise(sg, query+" } }", Request{})
	if err != nil {
		t.Fatal(err)
	}
	kin, apart := New(sg, Options{}), New(sg, Options{})
	apart.kinship = nil
	got, err := kin.Plan(op)
	if err != nil {
		t.Fatal(err)
	}
	want, err := apart.Plan(op)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the plans differ")
	}
	checkPlan(t, sg, got, 0)
	if k := kin.kinship.of(sg.Type("T0")); k.entry != kin.kinship.of(sg.Type("T2")).entry || k.fields["extra"] == kin.kinship.of(sg.Type("T1")).fields["extra"] ||
		k.fields["extra"] != kin.kinship.of(sg.Type("T2")).fields["extra"] {
		t.Error("kinds are wrong")
	}
}

package planner

import (
	"errors"
	"reflect"
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

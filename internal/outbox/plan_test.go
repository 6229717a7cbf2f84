package outbox_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"marquee/internal/outbox"
	"marquee/internal/pg/pgtest"
)

// The relay's plan must be good for a full outbox also when it is made while the outbox is empty, as it mostly is.
func TestThePlanDoesNotDependOnWhatIsThere(t *testing.T) {
	t.Parallel()
	db := pgtest.Pool(t, nil)
	conn, err := db.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	plan := func() string {
		rows, err := conn.Query(t.Context(), "explain "+strings.ReplaceAll(outbox.DueRows, "$1", "1024"))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "\n")
	}
	if _, err := conn.Exec(t.Context(), "vacuum analyze outbox"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), outbox.SteadyPlans); err != nil {
		t.Fatal(err)
	}
	got := plan()
	if strings.Contains(got, "Seq Scan") || strings.Contains(got, "Sort") || !strings.Contains(got, "using outbox_pkey") || !strings.Contains(got, "using outbox_by_key") {
		t.Errorf("the plan:\n%s", got)
	}
}

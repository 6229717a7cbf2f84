package pgtest_test

import (
	"testing"
	"testing/fstest"

	"marquee/internal/pg/pgtest"
)

func TestClonesAreMigratedAndApart(t *testing.T) {
	t.Parallel()
	migrations := fstest.MapFS{"0001_a.sql": {Data: []byte("-- +goose Up\ncreate table a (x int);\n")}}
	one, two := pgtest.Pool(t, migrations), pgtest.Pool(t, migrations)
	if _, err := one.Exec(t.Context(), "insert into a values (1)"); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"a", "outbox", "inbox", "river_job"} {
		var n int
		if err := two.QueryRow(t.Context(), "select count(*) from "+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s has %d rows: %v", table, n, err)
		}
	}
}

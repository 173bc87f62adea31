package postgrestest_test

import (
	"database/sql"
	"testing"

	"pascalatih/storage/embedded/postgrestest"
)

func open(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatalf("opening the database: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestOpenGivesEachTestADatabaseOfItsOwn(t *testing.T) {
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, postgrestest.Open(t))
			if _, err := db.Exec("CREATE TABLE same_name (id int)"); err != nil {
				t.Fatalf("the database is not fresh: %v", err)
			}
		})
	}
}

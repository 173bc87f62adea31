package embedded_test

import (
	"database/sql"
	"testing"

	_ "github.com/lib/pq"

	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
)

func TestStartGivesADurableServer(t *testing.T) {
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: postgrestest.Dir(t)})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", server.URL())
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{"fsync": "on", "synchronous_commit": "on", "server_encoding": "UTF8"} {
		var got string
		if err := db.QueryRow("SELECT current_setting($1)", setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", setting, got, want, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := server.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

package postgrestest

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pascalatih/storage/embedded/internal/flock"
)

// A server is abandoned when its process and the watchdog were killed together.
func TestSweepEndsAbandonedServers(t *testing.T) {
	home := Dir(t)
	run, original, err := newRun(t.Context(), home, home)
	if err != nil {
		t.Fatal(err)
	}
	if err := run.cluster.Copy(t.Context(), original); err != nil {
		t.Fatal(err)
	}
	if err := run.cluster.Start(t.Context(), "fsync=off"); err != nil {
		t.Fatal(err)
	}
	address, err := run.cluster.URL()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()

	sweepOf(t, home)
	if err := db.Ping(); err != nil {
		t.Fatalf("a server in use was swept away: %v", err)
	}
	if err := run.lock.Release(); err != nil {
		t.Fatal(err)
	}
	sweepOf(t, home)
	if err := db.Ping(); err == nil {
		t.Error("the abandoned server runs on")
	}
	if _, err := os.Stat(run.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is still there (%v)", err)
	}
}

func sweepOf(t *testing.T, home string) {
	t.Helper()
	turn, err := flock.Exclusive(t.Context(), filepath.Join(home, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(sweep(t.Context(), home), turn.Release()); err != nil {
		t.Fatal(err)
	}
}

package storage_test

import (
	"context"
	"database/sql"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
)

// monday is when the tests' people live: 6 July 2026, 9.00 WIB.
var monday = time.Date(2026, time.July, 6, 2, 0, 0, 0, time.UTC)

// open gives a Store on a migrated database of the test's own.
func open(t testing.TB) *storage.Store {
	t.Helper()
	store, _ := openURL(t)
	return store
}

// openURL is open together with the database's address.
func openURL(t testing.TB) (*storage.Store, string) {
	t.Helper()
	url := postgrestest.OpenPrepared(t, "migrated", func(url string) error {
		store, err := storage.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer store.Close()
		return store.Migrate(t.Context())
	})
	return connect(t, url), url
}

func connect(t testing.TB, url string) *storage.Store {
	t.Helper()
	store, err := storage.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// query reads one value past the Store, for what it has no method for.
func query[T any](t testing.TB, url, sqlText string, args ...any) T {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatalf("opening the database: %v", err)
	}
	defer db.Close()
	var value T
	if err := db.QueryRowContext(t.Context(), sqlText, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sqlText, err)
	}
	return value
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	t.Run("a database is ready once it is migrated", func(t *testing.T) {
		store := connect(t, postgrestest.Open(t))
		if err := store.Ready(t.Context()); err == nil {
			t.Error("an empty database is ready")
		}
		if err := store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := store.Ready(t.Context()); err != nil {
			t.Errorf("after migrating: %v", err)
		}
	})
	t.Run("programs that start together do not collide", func(t *testing.T) {
		url := postgrestest.Open(t)
		var wait sync.WaitGroup
		for range 4 {
			store := connect(t, url)
			wait.Go(func() {
				if err := store.Migrate(t.Context()); err != nil {
					t.Error(err)
				}
				if err := store.Ready(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	})
}

func TestOpenWithoutADatabase(t *testing.T) {
	_, err := storage.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", slog.New(slog.DiscardHandler))
	if !storage.IsUnavailable(err) {
		t.Errorf("a refused connection: %v is not taken for an absent database", err)
	}
}

func TestIsUnavailable(t *testing.T) {
	t.Parallel()
	t.Run("a connection that the server ended", func(t *testing.T) {
		store, url := openURL(t)
		process, err := store.Join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer process.Close()
		query[bool](t, url, `SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		select {
		case <-process.Lost():
		case <-time.After(10 * time.Second):
			t.Error("the process did not notice")
		}
		if err := store.Ready(t.Context()); err != nil {
			t.Errorf("the pool did not recover: %v", err)
		}
	})
	t.Run("a request that is wrong", func(t *testing.T) {
		err := open(t).NoteMessage(t.Context(), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		_, err = open(t).TouchAccount(t.Context(), -1, "id", 1, monday)
		if err == nil || storage.IsUnavailable(err) {
			t.Errorf("a negative account: %v", err)
		}
	})
	t.Run("a deadline", func(t *testing.T) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		if err := open(t).Ready(ctx); !storage.IsUnavailable(err) {
			t.Errorf("a deadline that passed: %v", err)
		}
	})
}

package flock_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pascalatih/storage/embedded/internal/flock"
)

func TestTryExclusive(t *testing.T) {
	tests := map[string]struct {
		held func(context.Context, string) (*flock.Lock, error) // by another holder; nil for nobody
		got  bool
	}{
		"a free file is locked":                  {got: true},
		"beside an exclusive lock there is none": {held: flock.Exclusive},
		"beside a shared lock there is none":     {held: flock.Shared},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lock")
			if test.held != nil {
				held, err := test.held(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				defer release(t, held)
			}
			lock, err := flock.TryExclusive(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := lock != nil; got != test.got {
				t.Errorf("locked: %v, want %v", got, test.got)
			}
			if lock != nil {
				release(t, lock)
			}
		})
	}
}

func TestSharedHoldersLockTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	for range 3 {
		lock, err := flock.Shared(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer release(t, lock)
	}
}

func TestExclusiveWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := flock.Exclusive(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	given := make(chan error, 1)
	go func() {
		second, err := flock.Exclusive(t.Context(), path)
		if err == nil {
			err = second.Release()
		}
		given <- err
	}()
	select {
	case err := <-given:
		t.Fatalf("the lock was given while it was held (%v)", err)
	default:
	}
	release(t, first)
	if err := <-given; err != nil {
		t.Error(err)
	}
}

func TestExclusiveEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := flock.Exclusive(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer release(t, held)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := flock.Exclusive(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context was cancelled", err)
	}
}

func TestHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if got := flock.Holder(path); got != 0 {
		t.Errorf("a file that does not exist is held by %d", got)
	}
	lock, err := flock.Exclusive(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer release(t, lock)
	if got := flock.Holder(path); got != 0 {
		t.Errorf("a file that nobody signed is held by %d", got)
	}
	if err := lock.Sign(); err != nil {
		t.Fatal(err)
	}
	if got := flock.Holder(path); got != os.Getpid() {
		t.Errorf("the holder is %d, want %d", got, os.Getpid())
	}
}

func release(t *testing.T, lock *flock.Lock) {
	t.Helper()
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
}

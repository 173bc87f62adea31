// Package flock locks files between programs. The kernel drops a lock with the
// process that holds it, however that ends, so no lock is ever left behind.
package flock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pause is how long a waiting program rests before it tries a lock again.
const pause = 10 * time.Millisecond

// Lock is a lock held on a file.
type Lock struct {
	file *os.File
}

// Exclusive locks the file at path, made if missing, for this holder alone and
// waits for it until ctx is done.
func Exclusive(ctx context.Context, path string) (*Lock, error) {
	return wait(ctx, path, syscall.LOCK_EX)
}

// Shared locks the file at path, made if missing, together with any number of
// other Shared holders and waits for it until ctx is done.
func Shared(ctx context.Context, path string) (*Lock, error) {
	return wait(ctx, path, syscall.LOCK_SH)
}

// TryExclusive is Exclusive without waiting: the lock is nil where somebody
// else holds one on the file.
func TryExclusive(path string) (*Lock, error) {
	return try(path, syscall.LOCK_EX)
}

// Release gives the lock back.
func (l *Lock) Release() error {
	// Closing alone would leave the lock to a child that was forked just now and
	// has not yet executed its program.
	err := syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	if err := errors.Join(err, l.file.Close()); err != nil {
		return fmt.Errorf("unlocking %s: %w", l.file.Name(), err)
	}
	return nil
}

// Sign writes this process's id into the locked file, for Holder to read.
func (l *Lock) Sign() error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("signing %s: %w", l.file.Name(), err)
	}
	if _, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("signing %s: %w", l.file.Name(), err)
	}
	return nil
}

// Holder is the id of the process that last signed the lock at path, 0 where
// none can be read.
func Holder(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}

func wait(ctx context.Context, path string, how int) (*Lock, error) {
	// The wait is for another program, thus the machine's time.
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		lock, err := try(path, how)
		if lock != nil || err != nil {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the lock %s: %w", path, context.Cause(ctx))
		case <-ticker.C:
		}
	}
}

func try(path string, how int) (*Lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	for errors.Is(err, syscall.EINTR) {
		err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	}
	if err == nil {
		return &Lock{file: file}, nil
	}
	if closing := file.Close(); closing != nil {
		return nil, fmt.Errorf("closing the lock %s: %w", path, closing)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil
	}
	return nil, fmt.Errorf("locking %s: %w", path, err)
}

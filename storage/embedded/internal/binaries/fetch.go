package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"

	"pascalatih/storage/embedded/internal/flock"
)

// fetch lets embedded-postgres download and unpack the programs for data of the
// given major version (0: the newest it knows) into the cache.
func (s Source) fetch(ctx context.Context, data int) (Set, error) {
	release, err := releaseFor(data)
	if err != nil {
		return Set{}, err
	}
	if err := os.MkdirAll(s.Cache, 0o755); err != nil {
		return Set{}, fmt.Errorf("making the cache: %w", err)
	}
	if err := os.Chmod(s.Cache, 0o755); err != nil { // whatever the umask
		return Set{}, fmt.Errorf("opening the cache to all accounts: %w", err)
	}
	lock, err := flock.Exclusive(ctx, filepath.Join(s.Cache, "lock"))
	if err != nil {
		return Set{}, err
	}
	defer lock.Release()
	home := filepath.Join(s.Cache, string(release))
	if set, err := inspect(ctx, filepath.Join(home, "bin")); err == nil {
		return set, nil // another program fetched it while this one waited
	}
	s.Logger.Info("fetching PostgreSQL", "version", string(release))
	if err := s.unpack(ctx, release, home); err != nil {
		return Set{}, err
	}
	return inspect(ctx, filepath.Join(home, "bin"))
}

func releaseFor(data int) (embeddedpostgres.PostgresVersion, error) {
	known := []embeddedpostgres.PostgresVersion{embeddedpostgres.V18, embeddedpostgres.V17, embeddedpostgres.V16, embeddedpostgres.V15}
	for _, release := range known {
		if data == 0 || (Set{Version: string(release)}).Major() == data {
			return release, nil
		}
	}
	return "", fmt.Errorf("no release of PostgreSQL %d is known for fetching", data)
}

// unpack fetches a release to home, which appears there whole or not at all.
func (s Source) unpack(ctx context.Context, release embeddedpostgres.PostgresVersion, home string) error {
	scratch, err := os.MkdirTemp(s.Cache, "fetch-")
	if err != nil {
		return fmt.Errorf("making a folder in the cache: %w", err)
	}
	defer os.RemoveAll(scratch)
	mirror, err := serveMirror(ctx, s.Repository)
	if err != nil {
		return err
	}
	programs := filepath.Join(scratch, "programs")
	err = runLibrary(release, mirror.url, scratch, programs)
	if refusal := mirror.close(); refusal != nil {
		return refusal
	}
	if err != nil {
		return err
	}
	if err := readableByAll(programs); err != nil {
		return fmt.Errorf("opening the fetched programs to all accounts: %w", err)
	}
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("removing an incomplete fetch: %w", err)
	}
	if err := os.Rename(programs, home); err != nil {
		return fmt.Errorf("keeping the fetched programs: %w", err)
	}
	return nil
}

// runLibrary fetches and unpacks a release into programs.
//
// The library can fetch only as the first part of its Start, which goes on to
// run a server of its own kind. It first cleans the data directory, though, and
// os.RemoveAll refuses a path that ends in a dot: there it stops, with nothing
// but the programs made.
func runLibrary(release embeddedpostgres.PostgresVersion, repository, scratch, programs string) error {
	config := embeddedpostgres.DefaultConfig().
		Version(release).
		BinaryRepositoryURL(repository).
		CachePath(filepath.Join(scratch, "archive")).
		RuntimePath(filepath.Join(scratch, "runtime")).
		BinariesPath(programs).
		DataPath(scratch + "/.").
		Port(0). // any free one: the library insists on seeing its port free
		Logger(io.Discard)
	err := embeddedpostgres.NewDatabase(config).Start()
	if err == nil || !strings.HasPrefix(err.Error(), "unable to clean up data directory") {
		return fmt.Errorf("unpacking PostgreSQL: %w", err)
	}
	return nil
}

// readableByAll lets the account that will run PostgreSQL read what this one
// unpacked, whatever the umask.
func readableByAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if entry.IsDir() || info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		return os.Chmod(path, mode)
	})
}

// running is a mirror that is being served.
type running struct {
	url    string
	mirror *mirror
	server *http.Server
	ended  chan error
}

// serveMirror serves a mirror of repository on a local port until close.
func serveMirror(ctx context.Context, repository string) (*running, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the fetch: %w", err)
	}
	r := &running{
		url:    "http://" + listener.Addr().String(),
		mirror: newMirror(repository),
		ended:  make(chan error, 1),
	}
	r.server = &http.Server{
		Handler:     r.mirror,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() { r.ended <- r.server.Serve(listener) }()
	return r, nil
}

// close ends the mirror and tells why it refused a file, nil where it did not.
func (r *running) close() error {
	closing := r.server.Close()
	if err := <-r.ended; !errors.Is(err, http.ErrServerClosed) {
		closing = errors.Join(closing, err)
	}
	if refusal := r.mirror.refusal(); refusal != nil {
		return refusal
	}
	if closing != nil {
		return fmt.Errorf("serving the fetch: %w", closing)
	}
	return nil
}

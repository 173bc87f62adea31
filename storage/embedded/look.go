package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"pascalatih/storage/embedded/internal/cluster"
)

// Sight is what there is of a private Postgres.
type Sight struct {
	Programs string // the version and folder of the programs that fit; empty where they would be fetched
	Data     int    // the major version of the data, 0 where there is none yet
	URL      string // of the server, if it runs
}

// Look tells what Start would find, and changes, starts and fetches nothing. Its
// errors are sentences for the operator, as Start's are.
func Look(ctx context.Context, cfg Config) (Sight, error) {
	var sight Sight
	dir, err := filepath.EvalSymlinks(cfg.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		dir, err = cfg.Dir, nil
	}
	if err != nil {
		return Sight{}, fmt.Errorf("following links to the data directory: %w", err)
	}
	data := filepath.Join(dir, "postgres")
	if sight.Data, err = cluster.Version(data); err != nil {
		return Sight{}, err
	}
	programs, found, err := source(cfg, dir, cfg.Logger).Look(ctx, sight.Data)
	if err != nil {
		return Sight{}, err
	}
	if found {
		sight.Programs = programs.Version + " in " + programs.Dir
	}
	if sight.Data == 0 {
		return sight, nil
	}
	server, err := cluster.New(data, programs)
	if err != nil {
		return Sight{}, err
	}
	if ready, err := server.Ready(ctx); err != nil || !ready {
		return sight, err
	}
	sight.URL, err = server.URL()
	return sight, err
}

// Programs is the folder of PostgreSQL's programs that serve here: those of the
// server's version, and pg_dump and psql too where PostgreSQL is installed.
func (s *Server) Programs() string { return s.cluster.Programs() }

// CheckDir tells, without writing, what would keep Start from writing to the data
// directory; nil if nothing is known.
func CheckDir(dir string) error {
	for {
		info, err := os.Stat(dir)
		if errors.Is(err, fs.ErrNotExist) && filepath.Dir(dir) != dir {
			dir = filepath.Dir(dir) // Start would make it
			continue
		}
		if err == nil && !info.IsDir() {
			err = errors.New("it is no folder")
		}
		if err == nil {
			err = unix.Access(dir, unix.W_OK|unix.X_OK)
		}
		if err != nil {
			return unwritable(dir, err)
		}
		return nil
	}
}

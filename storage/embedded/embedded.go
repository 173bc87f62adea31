// Package embedded runs a private Postgres for those who have none: one server
// for all programs that use the same data directory, started by the first of
// them and ended by the last.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"pascalatih/storage/embedded/internal/binaries"
	"pascalatih/storage/embedded/internal/cluster"
	"pascalatih/storage/embedded/internal/flock"
)

// Repository is where PostgreSQL is fetched from unless Config says otherwise.
const Repository = "https://repo1.maven.org/maven2"

// Config tells where the private server lives.
type Config struct {
	// Dir is the program's data directory (PASCALATIH_DATA_DIR). It is made if
	// missing. The server's files are in its subfolder postgres.
	Dir string
	// Role, where given, may be held by one program per Dir at a time: the second
	// to ask for "serve" gets a *HeldError. Programs without a role just join.
	Role string
	// Logger is told of starts, joins, stops and fetches; nil for nobody.
	Logger *slog.Logger
	// Folders are those in which to look for PostgreSQL's programs; nil for PATH
	// and /usr/lib/postgresql/*/bin.
	Folders []string
	// Repository is the base URL of the Maven repository to fetch from where the
	// machine has no PostgreSQL; empty for the public one.
	Repository string
}

// HeldError says that another program has the role in this data directory.
type HeldError struct {
	Role string
	Dir  string
	PID  int // 0 where it cannot be told
}

func (e *HeldError) Error() string {
	holder := "another process"
	if e.PID != 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("`%s` already runs on the data directory %s (%s); stop it first, or choose another PASCALATIH_DATA_DIR",
		e.Role, e.Dir, holder)
}

// Server is this program's share in a private Postgres.
type Server struct {
	cluster *cluster.Cluster
	dir     string
	url     string
	log     *slog.Logger

	mu   sync.Mutex
	role *flock.Lock // nil without a role
	use  *flock.Lock // nil once closed
}

// Start gives the private Postgres of cfg.Dir, ready for connections. It joins
// the server that runs there, be it another program's or one whose programs were
// killed, else starts it, and makes the database the first time. Several programs
// may call it at once. The server is durable (fsync and synchronous_commit are
// on) and outlives a killed program.
//
// Errors are sentences for the operator that say what to do.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	dir, err := prepare(cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, log: cfg.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.hold(cfg.Role); err != nil {
		return nil, err
	}
	if err := s.open(ctx, cfg); err != nil {
		return nil, errors.Join(err, s.leave())
	}
	return s, nil
}

// URL is the address of the server's database, for lib/pq and psql.
func (s *Server) URL() string {
	return s.url
}

// Close gives this program's share up and ends the server if it was the last.
// Connections should be closed before. Closing again does nothing.
//
// Where ctx ends first the share is given up all the same; a server that still
// runs then is joined by the next Start.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.use == nil {
		return nil
	}
	turn, err := flock.Exclusive(ctx, turnFile(s.dir))
	if err != nil {
		return errors.Join(err, s.leave())
	}
	if err := s.leave(); err != nil {
		return errors.Join(err, turn.Release())
	}
	return errors.Join(s.stopIfUnused(ctx), turn.Release())
}

// open starts or joins the server, in turn with other programs.
func (s *Server) open(ctx context.Context, cfg Config) error {
	turn, err := flock.Exclusive(ctx, turnFile(s.dir))
	if err != nil {
		return err
	}
	if err := s.run(ctx, cfg); err != nil {
		return errors.Join(err, turn.Release())
	}
	s.use, err = flock.Shared(ctx, useFile(s.dir))
	return errors.Join(err, turn.Release())
}

// run makes sure that the server runs, and learns its address.
func (s *Server) run(ctx context.Context, cfg Config) error {
	data := filepath.Join(s.dir, "postgres")
	version, err := cluster.Version(data)
	if err != nil {
		return err
	}
	programs, err := source(cfg, s.dir, s.log).Find(ctx, version)
	if err != nil {
		return err
	}
	s.cluster, err = cluster.New(data, programs)
	if err != nil {
		return err
	}
	if version == 0 {
		s.log.Info("making the private Postgres", "version", programs.Version)
		if err := s.cluster.Init(ctx); err != nil {
			return err
		}
	}
	ready, err := s.cluster.Ready(ctx)
	if err != nil {
		return err
	}
	if !ready {
		err := s.cluster.Start(ctx)
		// The pg_ctl of a program that was killed may have come first.
		if late, _ := s.cluster.Ready(ctx); err != nil && !late {
			return err
		}
	}
	s.log.Info("private Postgres ready", "version", programs.Version, "joined", ready)
	s.url, err = s.cluster.URL()
	return err
}

// stopIfUnused ends the server unless another program has a share in it.
func (s *Server) stopIfUnused(ctx context.Context) error {
	last, err := flock.TryExclusive(useFile(s.dir))
	if err != nil || last == nil {
		return err
	}
	if err := s.cluster.Stop(ctx); err != nil {
		return errors.Join(err, last.Release())
	}
	s.log.Info("private Postgres stopped")
	return last.Release()
}

// hold takes the role, if any.
func (s *Server) hold(role string) error {
	if role == "" {
		return nil
	}
	path := filepath.Join(s.dir, role+".lock")
	lock, err := flock.TryExclusive(path)
	if err != nil {
		return unwritable(s.dir, err)
	}
	if lock == nil {
		return &HeldError{Role: role, Dir: s.dir, PID: flock.Holder(path)}
	}
	s.role = lock
	return lock.Sign()
}

// leave gives up the locks of this program.
func (s *Server) leave() error {
	var errs []error
	for _, lock := range []*flock.Lock{s.use, s.role} {
		if lock != nil {
			errs = append(errs, lock.Release())
		}
	}
	s.use, s.role = nil, nil
	return errors.Join(errs...)
}

// prepare makes the data directory and gives its real path.
func prepare(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data directory given; set PASCALATIH_DATA_DIR")
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return "", unwritable(dir, err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("following links to the data directory: %w", err)
	}
	real, err = filepath.Abs(real)
	if err != nil {
		return "", fmt.Errorf("following the path of the data directory: %w", err)
	}
	if err := letThrough(real); err != nil {
		return "", unwritable(real, err)
	}
	probe, err := os.CreateTemp(real, "writable-")
	if err != nil {
		return "", unwritable(real, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return "", unwritable(real, err)
	}
	return real, nil
}

// letThrough lets everybody pass through dir, without seeing what is in it: root
// runs PostgreSQL as another user.
func letThrough(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || os.Geteuid() != 0 || info.Mode()&0o111 == 0o111 {
		return err
	}
	return os.Chmod(dir, info.Mode()|0o111)
}

func unwritable(dir string, err error) error {
	return fmt.Errorf("cannot write to the data directory %s (%w); make it writable for this user, "+
		"or choose another with PASCALATIH_DATA_DIR", dir, err)
}

func source(cfg Config, dir string, log *slog.Logger) binaries.Source {
	repository := cfg.Repository
	if repository == "" {
		repository = Repository
	}
	return binaries.Source{
		Folders:    cfg.Folders,
		Cache:      filepath.Join(dir, "binaries"),
		Repository: repository,
		Logger:     log,
	}
}

// turnFile is locked by the program that is just starting or stopping the server.
func turnFile(dir string) string { return filepath.Join(dir, "postgres.lock") }

// useFile is locked, together, by all programs that use the server.
func useFile(dir string) string { return filepath.Join(dir, "postgres.users") }

// Package postgrestest gives tests real databases. Each test process has a
// Postgres server of its own, started by the first test that opens a database,
// and each test has databases of its own on it.
//
// The server runs the same code as the private one in production, with one
// difference: fsync and synchronous_commit are off, because nothing here has to
// survive a crash of the machine. Tests of durability start the private server
// of package embedded instead.
package postgrestest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
)

// patience is how long a step may take on a busy machine.
const patience = 2 * time.Minute

// Open gives the URL of a fresh, empty database, which is dropped when the test
// and its subtests have ended.
func Open(t testing.TB) string {
	t.Helper()
	server := running(t)
	return server.create(t, "template1")
}

// OpenPrepared is Open for a database that prepare, given its URL, has brought to
// a certain state, say with all migrations run. That happens once per process and
// key; every test gets a copy. prepare must have closed its connections when it
// returns.
func OpenPrepared(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	server := running(t)
	template, err := server.template(key, prepare)
	if err != nil {
		t.Fatalf("preparing the database %q: %v", key, err)
	}
	return server.create(t, template)
}

// Dir makes a folder for the data directory of a private server (package
// embedded), removed when the test ends. Unlike t.TempDir it can be entered by
// the account that Postgres runs as where tests run as root, and its path is
// short.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pascalatih-")
	if err != nil {
		t.Fatalf("making a data directory: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("removing the data directory: %v", err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatalf("opening the data directory: %v", err)
	}
	return dir
}

// server is this process's Postgres.
type server struct {
	run       *run
	url       *url.URL
	admin     *sql.DB
	databases atomic.Int64

	mu        sync.Mutex
	templates map[string]string // key to database
}

// shared is the one thing here that outlives a test: starting a server for each
// would cost a quarter of a second. It ends with the process.
var shared = sync.OnceValues(start)

func running(t testing.TB) *server {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("starting the tests' Postgres: %v", err)
	}
	return server
}

func start() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	run, err := startRun(ctx)
	if err != nil {
		return nil, err
	}
	text, err := run.cluster.URL()
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading the server's address: %w", err)
	}
	connector, err := pq.NewConnector(text)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	return &server{run: run, url: address, admin: sql.OpenDB(connector), templates: map[string]string{}}, nil
}

// create makes a database like template for one test.
func (s *server) create(t testing.TB, template string) string {
	t.Helper()
	name := s.name("test")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.copy(ctx, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if _, err := s.admin.ExecContext(ctx, "DROP DATABASE IF EXISTS "+pq.QuoteIdentifier(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping a test's database: %v", err)
		}
	})
	return s.address(name)
}

// template gives the database of key, prepared by the first who asks for it.
func (s *server) template(key string, prepare func(url string) error) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, ok := s.templates[key]; ok {
		return name, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	name := s.name("template")
	if err := s.copy(ctx, name, "template1"); err != nil {
		return "", err
	}
	if err := prepare(s.address(name)); err != nil {
		_, dropping := s.admin.ExecContext(ctx, "DROP DATABASE "+pq.QuoteIdentifier(name)+" WITH (FORCE)")
		return "", errors.Join(err, dropping)
	}
	s.templates[key] = name
	return name, nil
}

func (s *server) copy(ctx context.Context, name, template string) error {
	query := "CREATE DATABASE " + pq.QuoteIdentifier(name) + " TEMPLATE " + pq.QuoteIdentifier(template) +
		" STRATEGY FILE_COPY" // half the time of the default, which spares a checkpoint
	if _, err := s.admin.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("creating a database: %w", err)
	}
	return nil
}

func (s *server) name(kind string) string {
	return fmt.Sprintf("%s_%d", kind, s.databases.Add(1))
}

func (s *server) address(database string) string {
	address := *s.url
	address.Path = "/" + database
	return address.String()
}

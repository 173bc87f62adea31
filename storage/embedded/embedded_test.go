package embedded_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
)

func TestStartGivesADurableServerOfUTF8(t *testing.T) {
	for _, variable := range []string{"LC_ALL", "LANG", "PGDATA", "PGHOST", "PGUSER", "TZ"} {
		t.Setenv(variable, "misleading")
	}
	server := start(t, embedded.Config{Dir: postgrestest.Dir(t)})
	db := open(t, server)
	tests := map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
		"server_encoding": "UTF8", "lc_ctype": "C.UTF-8", "lc_collate": "C.UTF-8",
		"listen_addresses": "", "max_connections": "100",
	}
	for setting, want := range tests {
		if got := query(t, db, "SELECT current_setting($1)", setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := query(t, db, "SELECT upper($1)", "é ж 𝒩 😀"); got != "É Ж 𝒩 😀" {
		t.Errorf("upper case of a text in several scripts is %q", got)
	}
}

func TestDataIsKept(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	first := start(t, embedded.Config{Dir: dir})
	if _, err := open(t, first).Exec("CREATE TABLE kept AS SELECT 'still here'::text AS word"); err != nil {
		t.Fatal(err)
	}
	end(t, first)
	if answers(first.URL()) {
		t.Error("the server runs on after the last program closed it")
	}
	second := start(t, embedded.Config{Dir: dir})
	if got := query(t, open(t, second), "SELECT word FROM kept"); got != "still here" {
		t.Errorf("after a new start the table says %q", got)
	}
}

func TestProgramsShareOneServer(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	first := start(t, embedded.Config{Dir: dir})
	second := start(t, embedded.Config{Dir: dir})
	if a, b := started(t, first), started(t, second); a != b {
		t.Errorf("there are two servers, started at %s and %s", a, b)
	}
	end(t, first)
	if !answers(second.URL()) {
		t.Error("the server ended with the first of two programs")
	}
	end(t, second)
	if answers(second.URL()) {
		t.Error("the server runs on after the last program closed it")
	}
	if err := second.Close(t.Context()); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

func TestProgramsThatStartAtOnceDoNotCollide(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Dir(t)
	var programs []*program
	for range 3 {
		programs = append(programs, begin(t, dir, ""))
	}
	var together sync.WaitGroup
	for range 3 {
		together.Go(func() {
			server, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			if err := server.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	for _, program := range programs {
		program.ready(t)
	}
	together.Wait()
	mine := start(t, embedded.Config{Dir: dir})
	for _, program := range programs {
		program.end(t)
	}
	if !answers(mine.URL()) {
		t.Error("the server ended while a program used it")
	}
	end(t, mine)
	if answers(mine.URL()) {
		t.Error("the server runs on after the last program closed it")
	}
}

func TestTheServerOfAKilledProgramIsAdopted(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	killed := begin(t, dir, "serve")
	killed.ready(t)
	witness := start(t, embedded.Config{Dir: dir})
	before := started(t, witness)
	killed.kill(t)
	adopted := start(t, embedded.Config{Dir: dir, Role: "serve"})
	if after := started(t, adopted); after != before {
		t.Errorf("the server was started anew, at %s after %s", after, before)
	}
	end(t, witness)
	end(t, adopted)
	if answers(adopted.URL()) {
		t.Error("the adopted server runs on after its last program closed it")
	}
}

func TestTheServerOfProgramsThatWereAllKilledIsAdopted(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	killed := begin(t, dir, "")
	killed.ready(t)
	killed.kill(t)
	adopted := start(t, embedded.Config{Dir: dir})
	end(t, adopted)
	if answers(adopted.URL()) {
		t.Error("the adopted server runs on after its last program closed it")
	}
}

func TestAKillAtAnyInstantOfTheStartLeavesNothingInTheWay(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Dir(t)
	instant := 25 * time.Millisecond
	for range 8 { // through making the database, then through starting the server
		killed := begin(t, dir, "serve")
		<-time.After(instant) // no condition to wait for: the instant is the point
		killed.kill(t)
		instant = instant * 3 / 2
	}
	server := start(t, embedded.Config{Dir: dir, Role: "serve"})
	if got := query(t, open(t, server), "SELECT 'yes'"); got != "yes" {
		t.Errorf("the server answers %q", got)
	}
	entries, err := filepath.Glob(filepath.Join(dir, "*.new-*"))
	if err != nil || len(entries) > 0 {
		t.Errorf("%v are left (%v)", entries, err)
	}
}

func TestARoleIsHeldByOneProgram(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	holder := begin(t, dir, "serve")
	holder.ready(t)

	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir, Role: "serve"})
	var held *embedded.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("got %v, want that the role is held", err)
	}
	if held.PID != holder.command.Process.Pid || held.Role != "serve" {
		t.Errorf("%s is held by %d, want serve by %d", held.Role, held.PID, holder.command.Process.Pid)
	}
	for _, part := range []string{"`serve` already runs", dir, "stop it first", "PASCALATIH_DATA_DIR"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	end(t, start(t, embedded.Config{Dir: dir})) // others join
	holder.kill(t)
	end(t, start(t, embedded.Config{Dir: dir, Role: "serve"}))
	end(t, start(t, embedded.Config{Dir: dir, Role: "serve"}))
}

func TestALongPathIsServedOverTCPWithAPassword(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(postgrestest.Dir(t), strings.Repeat("long", 20))
	server := start(t, embedded.Config{Dir: dir})
	if !strings.Contains(server.URL(), "@127.0.0.1:") {
		t.Fatal("the address is not on 127.0.0.1")
	}
	db := open(t, server)
	if got := query(t, db, "SELECT current_setting('listen_addresses')"); got != "127.0.0.1" {
		t.Errorf("the server listens on %q", got)
	}
	user, rest, _ := strings.Cut(strings.TrimPrefix(server.URL(), "postgres://"), ":")
	_, host, _ := strings.Cut(rest, "@")
	for name, credentials := range map[string]string{"a wrong": user + ":guess", "no": user} {
		if answers("postgres://" + credentials + "@" + host) {
			t.Errorf("the server lets in with %s password", name)
		}
	}
	other := start(t, embedded.Config{Dir: dir})
	if other.URL() != server.URL() {
		t.Error("another program gets another address")
	}
}

func TestStartTakesAnyNameOfADirectory(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(postgrestest.Dir(t), `it's "a" $HOME & ünï%20`)
	server := start(t, embedded.Config{Dir: dir})
	if got := query(t, open(t, server), "SELECT 'yes'"); got != "yes" {
		t.Errorf("the server answers %q", got)
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := embedded.Start(ctx, embedded.Config{Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context was cancelled", err)
	}
	end(t, start(t, embedded.Config{Dir: dir})) // nothing is left in the way
}

// original is a data directory with a database in it.
var original = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pascalatih-")
	if err != nil {
		return "", err
	}
	server, err := embedded.Start(context.Background(), embedded.Config{Dir: dir})
	if err != nil {
		return "", err
	}
	return dir, server.Close(context.Background())
})

// prepared is a data directory in which initdb has run already, which takes most
// of a second.
func prepared(t *testing.T) string {
	t.Helper()
	made, err := original()
	if err != nil {
		t.Fatal(err)
	}
	dir := postgrestest.Dir(t)
	if output, err := exec.Command("cp", "-a", filepath.Join(made, "postgres"), dir).CombinedOutput(); err != nil {
		t.Fatalf("copying a data directory: %v: %s", err, output)
	}
	return dir
}

// start is embedded.Start, ended with the test.
func start(t *testing.T, cfg embedded.Config) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, server) })
	return server
}

func end(t *testing.T, server *embedded.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := server.Close(ctx); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, server *embedded.Server) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func query(t *testing.T, db *sql.DB, text string, arguments ...any) string {
	t.Helper()
	var result string
	if err := db.QueryRow(text, arguments...).Scan(&result); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return result
}

// started tells servers apart.
func started(t *testing.T, server *embedded.Server) string {
	t.Helper()
	return query(t, open(t, server), "SELECT pg_postmaster_start_time()::text")
}

func answers(url string) bool {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return false
	}
	defer db.Close()
	return db.Ping() == nil
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

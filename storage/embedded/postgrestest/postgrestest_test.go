package postgrestest_test

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq"

	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
)

func TestOpenGivesEachTestADatabaseOfItsOwn(t *testing.T) {
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			execute(t, postgrestest.Open(t), "CREATE TABLE same_name (id int)")
		})
	}
}

func TestOpenDropsTheDatabaseAfterTheTest(t *testing.T) {
	var address string
	t.Run("a test that leaves a connection open", func(t *testing.T) {
		address = postgrestest.Open(t)
		if err := connect(t, address).Ping(); err != nil {
			t.Fatal(err)
		}
	})
	if err := connect(t, address).Ping(); err == nil {
		t.Error("the database is still there")
	}
}

func TestOpenPreparedPreparesOnce(t *testing.T) {
	var prepared atomic.Int64
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			address := postgrestest.OpenPrepared(t, "words", func(address string) error {
				prepared.Add(1)
				execute(t, address, "CREATE TABLE words AS SELECT 'given'::text AS word")
				return nil
			})
			execute(t, address, "INSERT INTO words VALUES ('own')")
			var count int
			if err := connect(t, address).QueryRow("SELECT count(*) FROM words").Scan(&count); err != nil {
				t.Fatal(err)
			}
			if count != 2 {
				t.Errorf("there are %d words, want the given one and the test's own", count)
			}
		})
	}
	if got := prepared.Load(); got != 1 {
		t.Errorf("prepared %d times, want once", got)
	}
}

func TestDirServesAPrivateServer(t *testing.T) {
	server, err := embedded.Start(t.Context(), embedded.Config{Dir: postgrestest.Dir(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheServerEndsWithItsProcess(t *testing.T) {
	tests := map[string]func(*process) error{
		"that exits":     func(p *process) error { return p.input.Close() },
		"that is killed": func(p *process) error { return p.command.Process.Kill() },
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			p := begin(t)
			if _, err := os.Stat(p.folder); err != nil {
				t.Fatal(err)
			}
			if err := end(p); err != nil {
				t.Fatal(err)
			}
			gone(t, p)
		})
	}
}

// gone waits until the server of a process and its folder are no more.
func gone(t *testing.T, p *process) {
	t.Helper()
	limit := time.Now().Add(20 * time.Second)
	for time.Now().Before(limit) {
		_, err := os.Stat(p.folder)
		if errors.Is(err, os.ErrNotExist) && connect(t, p.address).Ping() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond) // between two looks
	}
	t.Error("the server or its folder is still there")
}

// asProcess makes this test binary a test process that opens a database, prints
// its address and ends with its input, without cleaning up.
const asProcess = "POSTGRESTEST_PROCESS"

func TestProcess(t *testing.T) {
	if os.Getenv(asProcess) == "" {
		return // this is no test, but what begin runs
	}
	fmt.Println("address", postgrestest.Open(t))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
	os.Exit(3)
}

// process is another test process.
type process struct {
	command *exec.Cmd
	input   io.WriteCloser
	address string
	folder  string // of its server's data
}

func begin(t *testing.T) *process {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestProcess$")
	command.Env = append(os.Environ(), asProcess+"=yes")
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill() // fails where it has ended already
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), "address ")
	if !found {
		t.Fatalf("the process said %q (%v)", line, err)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return &process{command: command, input: input, address: address, folder: parsed.Query().Get("host")}
}

func connect(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// execute runs a statement on a connection of its own.
func execute(t *testing.T, address, statement string) {
	t.Helper()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// BenchmarkOpen tells what a database costs a test.
func BenchmarkOpen(b *testing.B) {
	postgrestest.Open(b) // starts the server
	for b.Loop() {
		postgrestest.Open(b)
	}
}

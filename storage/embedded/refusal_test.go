package embedded_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"pascalatih/storage/embedded"
	"pascalatih/storage/embedded/postgrestest"
)

func TestStartSaysWhatToDo(t *testing.T) {
	empty := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(empty.Close)
	tests := map[string]struct {
		config func(t *testing.T) embedded.Config
		says   []string
	}{
		"no directory": {
			config: func(*testing.T) embedded.Config { return embedded.Config{} },
			says:   []string{"set PASCALATIH_DATA_DIR"},
		},
		"a directory that cannot be made": {
			config: func(t *testing.T) embedded.Config {
				file := filepath.Join(t.TempDir(), "file")
				write(t, file, "in the way")
				return embedded.Config{Dir: filepath.Join(file, "data")}
			},
			says: []string{"cannot write to the data directory", "make it writable", "PASCALATIH_DATA_DIR"},
		},
		"a directory where nobody can write": {
			config: func(*testing.T) embedded.Config { return embedded.Config{Dir: "/proc"} },
			says:   []string{"cannot write to the data directory /proc", "make it writable", "PASCALATIH_DATA_DIR"},
		},
		"data of another version": {
			config: func(t *testing.T) embedded.Config {
				dir := postgrestest.Dir(t)
				write(t, filepath.Join(dir, "postgres", "PG_VERSION"), "99\n")
				return embedded.Config{Dir: dir}
			},
			says: []string{"data is of PostgreSQL 99", "apt-get install postgresql-99", "DATABASE_URL"},
		},
		"no PostgreSQL and none to be fetched": {
			config: func(t *testing.T) embedded.Config {
				dir := postgrestest.Dir(t)
				t.Setenv("TMPDIR", t.TempDir()) // where the fetching library leaves an empty log
				return embedded.Config{Dir: dir, Folders: []string{t.TempDir()}, Repository: empty.URL}
			},
			says: []string{"could not be fetched", "404", "apt-get install postgresql", "DATABASE_URL=postgres://"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refused(t, test.config(t), test.says...)
		})
	}
}

// Root runs Postgres as another user, which has reasons of its own to fail.
func TestStartSaysWhatToDoAsRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		return // nobody else can be in this place
	}
	t.Run("a directory that Postgres's user may not enter", func(t *testing.T) {
		closed := filepath.Join(postgrestest.Dir(t), "closed") // as /root is
		if err := os.Mkdir(closed, 0o700); err != nil {
			t.Fatal(err)
		}
		refused(t, embedded.Config{Dir: filepath.Join(closed, "data")}, "runs as the user", "may not enter "+closed, "PASCALATIH_DATA_DIR")
	})
	t.Run("data that belongs to root", func(t *testing.T) {
		dir := prepared(t)
		if err := os.Chown(filepath.Join(dir, "postgres"), 0, 0); err != nil {
			t.Fatal(err)
		}
		refused(t, embedded.Config{Dir: dir}, "belongs to root", "chown -R postgres:")
	})
}

func TestStartQuotesTheServersLog(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	config, err := os.OpenFile(filepath.Join(dir, "postgres", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.WriteString("\nno_such_setting = 1\n"); err != nil {
		t.Fatal(err)
	}
	if err := config.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, embedded.Config{Dir: dir}, "starting PostgreSQL in "+dir, "no_such_setting")
}

// After a crash of the machine postmaster.pid names a process of the past, whose
// number another one may have by now.
func TestStartPassesOverAStalePID(t *testing.T) {
	t.Parallel()
	dir := prepared(t)
	data := filepath.Join(dir, "postgres")
	info, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	}
	stranger := exec.Command("cat") // runs as Postgres's user until its input ends
	owner := info.Sys().(*syscall.Stat_t)
	if os.Geteuid() == 0 {
		stranger.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	}
	input, err := stranger.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		if err := stranger.Wait(); err != nil {
			t.Errorf("the stranger was harmed: %v", err)
		}
	})
	pid := filepath.Join(data, "postmaster.pid")
	write(t, pid, strings.Join([]string{strconv.Itoa(stranger.Process.Pid), data, "1700000000", "5432", ".", "", "1 1", "ready   ", ""}, "\n"))
	if err := os.Chown(pid, int(owner.Uid), int(owner.Gid)); err != nil {
		t.Fatal(err)
	}
	server := start(t, embedded.Config{Dir: dir})
	if got := query(t, open(t, server), "SELECT 'yes'"); got != "yes" {
		t.Errorf("the server answers %q", got)
	}
}

func refused(t *testing.T, cfg embedded.Config, says ...string) {
	t.Helper()
	server, err := embedded.Start(t.Context(), cfg)
	if err == nil {
		end(t, server)
		t.Fatal("the server started")
	}
	for _, part := range says {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

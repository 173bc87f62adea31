package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pascalatih/storage/embedded/postgrestest"
)

// What docs/operator.md says of backups: taken while the bot serves, restored
// into a new private Postgres, served from again.
func TestAPrivatePostgresIsBackedUpAndRestored(t *testing.T) {
	t.Parallel()
	sim := newTelegram(t)
	home := postgrestest.Dir(t)
	env := func(data string) []string {
		return []string{"TELEGRAM_BOT_TOKEN=" + sim.Token(), "TELEGRAM_API_URL=" + sim.URL(), "PASCALATIH_LISTEN=127.0.0.1:0",
			"PASCALATIH_DATA_DIR=" + filepath.Join(home, data)}
	}
	first := serve(t, append(env("one"), "PASCALATIH_ADMINS=7501")...)
	first.says(t, "msg=polling")
	backup := mustPerform(t, env("one"), "postgres", "pg_dump", "-Fc")
	file := filepath.Join(t.TempDir(), "backup.dump")
	if err := os.WriteFile(file, []byte(backup), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := first.stop(t, 10*time.Second); code != exitDone {
		t.Errorf("serve ended with %d", code)
	}
	mustPerform(t, env("two"), "postgres", "pg_restore", "--dbname=postgres", "--exit-on-error", "--single-transaction", file)
	second := serve(t, env("two")...)
	second.says(t, "msg=polling")
	if got := mustPerform(t, env("two"), "postgres", "psql", "-Atc", "SELECT account_id FROM account_role WHERE role = 'admin'"); got != "7501\n" {
		t.Errorf("after the restore the administrators are %q", got)
	}
	soundDoctor(t, perform(t, env("two"), "doctor"), "database", "tables", "administrator")
}

func TestProgramsOfPostgresAtTheShell(t *testing.T) {
	s := newShell(t)
	if got := s.must("postgres", "psql", "-Atc", "SELECT 'here'"); got != "here\n" {
		t.Errorf("it prints %q", got)
	}
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"a program that fails": {args: []string{"postgres", "psql", "-c", "SELECT nothing"}, code: exitFailed, says: "psql: exit status 1"},
		"a program not there":  {args: []string{"postgres", "pg_nothing"}, code: exitFailed, says: "postgresql-client"},
		"no program":           {args: []string{"postgres"}, code: exitUsage, says: "<program>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if out, talk, code := s.run(test.args...); code != test.code || out != "" || !strings.Contains(talk, test.says) {
				t.Errorf("exit %d, prints %q, says %q", code, out, talk)
			}
		})
	}
}

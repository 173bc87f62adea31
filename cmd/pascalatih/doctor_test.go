package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
)

func TestDoctorFindsAllInOrder(t *testing.T) {
	t.Parallel()
	sim := newTelegram(t)
	dir := filepath.Join(postgrestest.Dir(t), "data")
	env := []string{"TELEGRAM_BOT_TOKEN=" + sim.Token(), "TELEGRAM_API_URL=" + sim.URL(), "PASCALATIH_DATA_DIR=" + dir,
		"PASCALATIH_ADMINS=7401", "PASCALATIH_LISTEN=127.0.0.1:0"}
	before := perform(t, env, "doctor")
	soundDoctor(t, before, "zone", "Bot API", "token", "webhook", "address", "data directory", "disk", "Postgres", "database", "administrator")
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("it made the data directory (%v)", err)
	}

	bot := serve(t, env...)
	bot.says(t, "msg=polling")
	at := listening.FindStringSubmatch(bot.says(t, "msg=serving"))[1]
	beside := perform(t, append(env, "PASCALATIH_ADMINS=", "PASCALATIH_LISTEN="+at), "doctor")
	soundDoctor(t, beside, "address", "database", "durability", "tables", "clock", "administrator")
	if !strings.Contains(beside.out, "a running serve answers at "+at) {
		t.Errorf("of the address that serve has it says\n%s", beside.out)
	}
	if code := bot.stop(t, 10*time.Second); code != exitDone {
		t.Errorf("serve ended with %d", code)
	}
	after := perform(t, env, "doctor")
	soundDoctor(t, after, "Postgres", "database")
}

// soundDoctor demands a line that is ok for each of about, and no other kind.
func soundDoctor(t *testing.T, done ran, about ...string) {
	t.Helper()
	if done.code != exitDone || strings.Contains(done.out, "warning") {
		t.Errorf("exit code %d:\n%s%s", done.code, done.out, done.err)
	}
	for _, about := range about {
		if !regexp.MustCompile(`(?m)^ok +` + about + ` `).MatchString(done.out) {
			t.Errorf("no line is ok on %s:\n%s", about, done.out)
		}
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	sim, working := surroundings(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		env  []string // in place of what works
		says []string // a line each; the words that it begins with and ends with
	}{
		"no token":             {env: []string{"TELEGRAM_BOT_TOKEN="}, says: []string{"fails token .*@BotFather"}},
		"no token by its form": {env: []string{"TELEGRAM_BOT_TOKEN=tokenrahasia"}, says: []string{"fails token .*@BotFather"}},
		"token refused":        {env: []string{"TELEGRAM_BOT_TOKEN=7:tokenrahasia"}, says: []string{"ok Bot API", "fails token .*refused.*@BotFather"}},
		"Telegram away":        {env: []string{"TELEGRAM_API_URL=http://127.0.0.1:1"}, says: []string{"fails Bot API .*TELEGRAM_API_URL"}},
		"a webhook elsewhere": {env: []string{"TELEGRAM_API_URL=" + webhooked(t)},
			says: []string{"ok token of @contoh_bot", "warning webhook .*bot.contoh.example.*end the other program"}},
		"database unreachable":   {env: []string{"DATABASE_URL=postgres://nobody:katarahasia@127.0.0.1:1/none"}, says: []string{"fails database .*DATABASE_URL"}},
		"address of no database": {env: []string{"DATABASE_URL=mysql://nobody:katarahasia@127.0.0.1/none"}, says: []string{"fails database .*DATABASE_URL"}},
		"an empty database without administrator": {says: []string{"ok database PostgreSQL 1", "ok tables there are none yet", "ok clock",
			"fails administrator .*PASCALATIH_ADMINS", "fails durability off: fsync, full_page_writes, synchronous_commit"}}, // as the tests' server has them
		"an administrator to come": {env: []string{"PASCALATIH_ADMINS=7402"}, says: []string{"ok administrator .*serve makes 1"}},
		"port taken":               {env: []string{"PASCALATIH_LISTEN=" + taken.Addr().String()}, says: []string{"fails address .*PASCALATIH_LISTEN"}},
		"unknown zone":             {env: []string{"PASCALATIH_TIMEZONE=Asia/Contoh"}, says: []string{"fails zone .*Asia/Jakarta"}},
		"a rate of nothing":        {env: []string{"PASCALATIH_RATE=0"}, says: []string{"fails rate .*28"}},
		"a rate not paid for":      {env: []string{"PASCALATIH_RATE=100"}, says: []string{"warning rate .*PASCALATIH_RATE=28"}},
		"data directory not writable": {env: []string{"DATABASE_URL=", "PASCALATIH_DATA_DIR=" + filepath.Join(file, "data")},
			says: []string{"fails data directory .*PASCALATIH_DATA_DIR"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			done := perform(t, append(append([]string{"PASCALATIH_LISTEN=127.0.0.1:0"}, working...), test.env...), "doctor")
			for _, line := range test.says {
				words := strings.ReplaceAll(line, " ", " +")
				if !regexp.MustCompile(`(?m)^` + words).MatchString(done.out) {
					t.Errorf("no line says %q:\n%s", line, done.out)
				}
			}
			failing := strings.Contains("\n"+done.out, "\nfails")
			if failing != (done.code == exitFailed) || failing != strings.Contains(done.err, "serving fails") {
				t.Errorf("exit code %d, says %q of\n%s", done.code, done.err, done.out)
			}
			for _, secret := range []string{"rahasia", sim.Token(), strings.Split(sim.Token(), ":")[1]} {
				if strings.Contains(done.out+done.err, secret) {
					t.Errorf("it tells a secret:\n%s%s", done.out, done.err)
				}
			}
		})
	}
}

// webhooked is a Bot API server of a bot whose updates go elsewhere.
func webhooked(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getMe") {
			fmt.Fprint(w, `{"ok":true,"result":{"id":7,"is_bot":true,"first_name":"Contoh","username":"contoh_bot"}}`)
			return
		}
		fmt.Fprint(w, `{"ok":true,"result":{"url":"https://bot.contoh.example/rahasia","has_custom_certificate":false,"pending_update_count":0}}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestDoctorJudgesDatabases(t *testing.T) {
	sound := storage.Examination{Version: "17.6", Number: 170006, Encoding: "UTF8", Creatable: true,
		Fsync: "on", FullPageWrites: "on", SynchronousCommit: "on", Schema: 4, Needed: 4, Administrators: 1}
	tests := map[string]struct {
		change func(*storage.Examination)
		says   string // of the only line that is not ok; none: all are
	}{
		"sound":             {change: func(*storage.Examination) {}},
		"flushed elsewhere": {change: func(e *storage.Examination) { e.SynchronousCommit = "remote_apply" }},
		"no tables yet":     {change: func(e *storage.Examination) { e.Schema = 0 }},
		"clocks near":       {change: func(e *storage.Examination) { e.Ahead = -time.Second }},
		"too old":           {change: func(e *storage.Examination) { e.Number = 140011 }, says: "fails database"},
		"not UTF-8":         {change: func(e *storage.Examination) { e.Encoding = "SQL_ASCII" }, says: "fails database"},
		"a standby":         {change: func(e *storage.Examination) { e.Standby = true }, says: "fails database"},
		"fsync off":         {change: func(e *storage.Examination) { e.Fsync = "off" }, says: "fails durability"},
		"commits later":     {change: func(e *storage.Examination) { e.SynchronousCommit = "off" }, says: "fails durability"},
		"torn pages":        {change: func(e *storage.Examination) { e.FullPageWrites = "off" }, says: "fails durability"},
		"tables behind":     {change: func(e *storage.Examination) { e.Schema = 3 }, says: "warning tables"},
		"tables ahead":      {change: func(e *storage.Examination) { e.Schema = 5 }, says: "warning tables"},
		"no right to make":  {change: func(e *storage.Examination) { e.Schema, e.Creatable = 0, false }, says: "fails tables"},
		"no right needed":   {change: func(e *storage.Examination) { e.Creatable = false }},
		"clocks apart":      {change: func(e *storage.Examination) { e.Ahead = -3 * time.Second }, says: "warning clock"},
		"clocks far apart":  {change: func(e *storage.Examination) { e.Ahead = time.Hour }, says: "fails clock"},
		"no holidays":       {change: func(e *storage.Examination) { e.Unlisted = 2027 }, says: "warning holidays"},
		"no administrator":  {change: func(e *storage.Examination) { e.Administrators = 0 }, says: "fails administrator"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			seen := sound
			test.change(&seen)
			said := ""
			for _, f := range judgeDatabase(seen, 0) {
				if f.level != fine {
					said += fmt.Sprint(f.level, " ", f.about)
				}
			}
			if said != test.says {
				t.Errorf("it says %q, want %q", said, test.says)
			}
		})
	}
	for free, want := range map[uint64]level{1 << 40: fine, 1 << 30: warning, 1 << 20: fails} {
		if got := judgeSpace(free, "/data").level; got != want {
			t.Errorf("of %d free bytes it says %s, want %s", free, got, want)
		}
	}
}

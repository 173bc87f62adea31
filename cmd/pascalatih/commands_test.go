package main

import (
	"encoding/csv"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pascalatih/bot/simulator"
	"pascalatih/storage"
	"pascalatih/storage/embedded/postgrestest"
)

// shell is an operator's: every command line runs through run, as main does it.
type shell struct {
	t        *testing.T
	database string
	folder   string
}

func newShell(t *testing.T) shell {
	return shell{t: t, database: postgrestest.Open(t), folder: t.TempDir()}
}

// file writes a file and gives its path.
func (s shell) file(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// run runs a command line on the shell's database.
func (s shell) run(args ...string) (out, talk string, code int) {
	s.t.Helper()
	s.t.Setenv("DATABASE_URL", s.database)
	var stdout, stderr strings.Builder
	code = run(s.t.Context(), args, streams{out: &stdout, err: &stderr})
	return stdout.String(), stderr.String(), code
}

// must runs a command line that has to succeed, and gives its data.
func (s shell) must(args ...string) string {
	s.t.Helper()
	out, talk, code := s.run(args...)
	quiet := strings.HasPrefix(talk, "outside working hours: ") // as the machine's clock has it
	if code != exitDone || talk != "" && !quiet {
		s.t.Fatalf("pascalatih %s: exit %d, says %q", strings.Join(args, " "), code, talk)
	}
	return out
}

const (
	employeesCSV = "\uFEFFnip;nama;unit;jabatan\n" +
		"197001011995011001;Pegawai Contoh Satu;Dinas Contoh;Analis\n" +
		"197102021996012002;'=Pegawai Contoh Dua;Dinas Contoh;Analis\n"
	trainingsCSV = "kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\n" +
		"PEL-01,Pelatihan Contoh,teknis,Lembaga Contoh,2026-06-08,2026-06-10,24,\n" +
		"PEL-02,Pelatihan Kosong,teknis,Lembaga Contoh,2026-06-08,2026-06-10,24,\n"
	participantsCSV = "kode\tnip\nPEL-01\t197001011995011001\nPEL-01\t197102021996012002\n"
)

func (s shell) importAll() string {
	return s.must("import", s.file("pegawai.csv", employeesCSV), s.file("pelatihan.csv", trainingsCSV), s.file("peserta.csv", participantsCSV))
}

func TestImportIsIdempotent(t *testing.T) {
	s := newShell(t)
	if got, want := s.importAll(), "kind,new,changed,unchanged\nunits,1,0,0\nemployees,2,0,0\ntrainings,2,0,0\nparticipants,2,0,0\n"; got != want {
		t.Errorf("first import:\n%s", got)
	}
	if got, want := s.importAll(), "kind,new,changed,unchanged\nunits,0,0,1\nemployees,0,0,2\ntrainings,0,0,2\nparticipants,0,0,2\n"; got != want {
		t.Errorf("second import:\n%s", got)
	}
}

func TestImportOfHolidays(t *testing.T) {
	s := newShell(t)
	file := s.file("libur.csv", "tanggal,nama,jenis\n2026-08-17,Proklamasi Kemerdekaan,libur_nasional\n")
	for _, want := range []string{"holidays,1,0,0", "holidays,0,0,1"} {
		if got := s.must("import", file); got != "kind,new,changed,unchanged\n"+want+"\n" {
			t.Errorf("it prints\n%s", got)
		}
	}
	if got := s.must("import", file, s.file("pegawai.csv", employeesCSV)); !strings.Contains(got, "employees,2,0,0") || !strings.Contains(got, "holidays,0,0,1") {
		t.Errorf("both print\n%s", got)
	}
	_, talk, code := s.run("import", s.file("libur.csv", "tanggal,nama,jenis\nbesok,Hari,libur\n"))
	if code != exitFailed || !strings.Contains(talk, "2 cells are wrong") {
		t.Errorf("exit %d, says %q", code, talk)
	}
}

func TestImportNamesEveryErrorAndChangesNothing(t *testing.T) {
	s := newShell(t)
	wrong := strings.Replace(employeesCSV, "197102021996012002", "1,97102E+17", 1) + "12345;;Dinas Contoh;Analis\n"
	out, talk, code := s.run("import", s.file("pegawai.csv", wrong), s.file("peserta.csv", "kode,nip\nPEL-09,197001011995011001\n"))
	if code != exitFailed || out != "" {
		t.Errorf("exit %d, prints %q", code, out)
	}
	for _, expected := range []string{"pegawai.csv", "1,97102E+17", "12345", "row 4", "nothing was imported"} {
		if !strings.Contains(talk, expected) {
			t.Errorf("it does not say %q:\n%s", expected, talk)
		}
	}
	if after := s.importAll(); !strings.Contains(after, "employees,2,0,0") {
		t.Errorf("the refused import left something behind:\n%s", after)
	}
}

func TestLinksAreTheSameUntilUsed(t *testing.T) {
	s := newShell(t)
	telegram := newTelegram(t)
	t.Setenv("TELEGRAM_BOT_TOKEN", telegram.Token())
	t.Setenv("TELEGRAM_API_URL", telegram.URL())
	s.importAll()
	first := s.must("links", "--training", "PEL-01")
	rows, err := csv.NewReader(strings.NewReader(first)).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[0], ",") != "nip,nama,url,sebagai" || rows[1][3] != "peserta" {
		t.Fatalf("links printed %v (%v)", rows, err)
	}
	link := regexp.MustCompile(`^https://t\.me/\w+\?start=p[A-Za-z0-9_-]{22,}$`)
	for _, row := range rows[1:] {
		if !link.MatchString(row[2]) {
			t.Errorf("%q is no personal link", row[2])
		}
	}
	if rows[2][1] != "'=Pegawai Contoh Dua" {
		t.Errorf("a name that looks like a formula is printed as %q", rows[2][1])
	}
	if again := s.must("links", "--training", "PEL-01"); again != first {
		t.Errorf("links change without being used:\n%s%s", first, again)
	}
	s.must("links", "--revoke", "197001011995011001")
	renewed := strings.Split(s.must("links", "--training", "PEL-01"), "\n")
	if old := strings.Split(first, "\n"); renewed[1] == old[1] || renewed[2] != old[2] {
		t.Errorf("after one link was revoked:\n%s\nbefore:\n%s", renewed, old)
	}
	if _, talk, code := s.run("links", "--revoke", "190001011995011001"); code != exitFailed || !strings.Contains(talk, "no such") {
		t.Errorf("no link to revoke: exit %d, says %q", code, talk)
	}
	if _, talk, code := s.run("links", "--training", "PEL-09"); code != exitFailed || !strings.Contains(talk, "no such training") {
		t.Errorf("an unknown training: exit %d, says %q", code, talk)
	}
}

func newTelegram(t *testing.T) *simulator.Server {
	t.Helper()
	telegram, err := simulator.New(simulator.Config{Clock: systemClock{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		telegram.Close()
		if err := telegram.Sound(); err != nil {
			t.Error(err)
		}
	})
	return telegram
}

func TestRoundsAtTheShell(t *testing.T) {
	s := newShell(t)
	s.importAll()
	if got := s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction"); !strings.Contains(got, "round 1 is open until") || !strings.Contains(got, "2 invited, 0 of them reachable") {
		t.Errorf("start prints %q", got)
	}
	if got := s.must("round", "list"); !regexp.MustCompile(`1 +PEL-01 +reaction +alumni .*open`).MatchString(got) {
		t.Errorf("list prints %q", got)
	}
	if got := s.must("round", "status", "1"); !regexp.MustCompile(`invited +2\n(.*\n)*sent +0`).MatchString(got) {
		t.Errorf("status prints %q", got)
	}
	if got := s.must("round", "close", "1"); !strings.Contains(got, "sent") {
		t.Errorf("close prints %q", got)
	}
	if got := s.must("round", "status", "1"); !regexp.MustCompile(`state +closed`).MatchString(got) {
		t.Errorf("status of a closed round prints %q", got)
	}
	if got := s.must("export", "--round", "1"); !strings.HasPrefix(got, "\uFEFFresponse_id,round,training,instrument,version,submitted_on,kode,unit,satisfaction_overall") || strings.Count(got, "\n") != 1 {
		t.Errorf("export of nothing prints %q", got)
	}
	if got := s.must("instrument", "list"); !regexp.MustCompile(`reaction +2 +confidential`).MatchString(got) {
		t.Errorf("instruments: %q", got)
	}
}

func TestRemindingAtTheShell(t *testing.T) {
	s := newShell(t)
	s.importAll()
	s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	if _, talk, code := s.run("round", "remind", "1"); code != exitFailed || !strings.Contains(talk, "nobody to remind") {
		t.Errorf("without anybody who can be reached: exit %d, says %q", code, talk)
	}
	s.reach(7001)
	if got := s.must("round", "remind", "1"); got != "round 1: 1 reminded\n" {
		t.Errorf("it prints %q", got)
	}
	if _, talk, code := s.run("round", "remind", "1"); code != exitFailed || !strings.Contains(talk, "reminded of today already") {
		t.Errorf("a second time: exit %d, says %q", code, talk)
	}
	s.must("round", "close", "1")
	if _, talk, code := s.run("round", "remind", "1"); code != exitFailed || !strings.Contains(talk, "the round is closed") {
		t.Errorf("of a closed round: exit %d, says %q", code, talk)
	}
}

// reach links the account to the first employee who has a link, and delivers what
// is due.
func (s shell) reach(account int64) {
	s.t.Helper()
	ctx, now := s.t.Context(), time.Now()
	store, err := storage.Open(ctx, s.database, slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	defer store.Close()
	links, err := store.Links(ctx, "", now)
	if err != nil || len(links) == 0 {
		s.t.Fatalf("%d links: %v", len(links), err)
	}
	if _, err := store.TouchAccount(ctx, account, "id", 1, now); err != nil {
		s.t.Fatal(err)
	}
	owner, err := store.FindLink(ctx, links[0].Token, account)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := store.UseLink(ctx, owner.LinkID, account, "1", storage.Source{}, now); err != nil {
		s.t.Fatal(err)
	}
	due, err := store.ClaimDeliveries(ctx, 1, time.Minute, 10, now)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range due {
		if err := store.EndDelivery(ctx, d, storage.Outcome{State: storage.Sent, MessageID: 2}, now); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestRefusalsAtTheShell(t *testing.T) {
	s := newShell(t)
	s.importAll()
	s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	tests := map[string]struct {
		args []string
		code int
		says string
	}{
		"no such training":       {[]string{"round", "start", "--training", "X", "--instrument", "reaction"}, exitFailed, "no such training"},
		"no such instrument":     {[]string{"round", "start", "--training", "PEL-01", "--instrument", "x"}, exitFailed, "no such instrument"},
		"a second time":          {[]string{"round", "start", "--training", "PEL-01", "--instrument", "reaction"}, exitFailed, "open already, as number 1"},
		"nobody to ask":          {[]string{"round", "start", "--training", "PEL-02", "--instrument", "reaction"}, exitFailed, "nobody would be asked"},
		"no such round":          {[]string{"round", "status", "99"}, exitFailed, "no such round"},
		"export of no round":     {[]string{"export", "--round", "99"}, exitFailed, "no such round"},
		"a file that is not":     {[]string{"import", filepath.Join(s.folder, "none.csv")}, exitFailed, "no such file"},
		"an unknown command":     {[]string{"frobnicate"}, exitUsage, "frobnicate"},
		"a missing flag":         {[]string{"export"}, exitUsage, "--round"},
		"a round that is a word": {[]string{"round", "status", "satu"}, exitUsage, "satu"},
		"an unknown zone":        {[]string{"round", "list", "--timezone", "Asia/Binjai"}, exitUsage, "Asia/Jakarta"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, talk, code := shell{t: t, database: s.database}.run(test.args...)
			if code != test.code || out != "" || !strings.Contains(talk, test.says) {
				t.Errorf("exit %d, prints %q, says %q", code, out, talk)
			}
		})
	}
}

func TestInstrumentCheck(t *testing.T) {
	s := newShell(t)
	if got := s.must("instrument", "check", "../../survey/instruments/reaction"); !strings.Contains(got, "reaction version 2 is in order") {
		t.Errorf("it prints %q", got)
	}
	s.file("form/settings.csv", "form_id,form_title,version,default_language,privacy\nuji,Uji,1,id,confidential\n")
	s.file("form/choices.csv", "list_name,name,label\n")
	s.file("form/survey.csv", "type,name,label,relevant\nselect_one warna,a,Warna?,\ntext,b,B?,${zzz} = 1\ngeopoint,c,C?,\n")
	out, talk, code := s.run("instrument", "check", filepath.Join(s.folder, "form"))
	if code != exitFailed || out != "" || !strings.Contains(talk, "errors") || strings.Count(talk, "\n") < 4 {
		t.Errorf("a faulty form: exit %d, prints %q, says:\n%s", code, out, talk)
	}
}

func TestExportToFile(t *testing.T) {
	s := newShell(t)
	s.importAll()
	s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	path := filepath.Join(s.folder, "out.csv")
	if got := s.must("export", "--round", "1", "--long", "--out", path); got != "" {
		t.Errorf("it prints %q beside the file", got)
	}
	content, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(content), "\uFEFFresponse_id,") {
		t.Errorf("the file holds %q (%v)", content, err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.folder, ".pascalatih-export-*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pascalatih/survey/stats"
)

func TestSummaryAtTheShell(t *testing.T) {
	s := newShell(t)
	s.importAll()
	if got, want := s.must("summary", "--week", "2026-06-10"), "Tidak ada putaran yang berjalan pada pekan 8–14 Juni 2026.\n"; got != want {
		t.Errorf("it says %q", got)
	}
	if got := s.must("summary"); !strings.Contains(got, "Tidak ada putaran") {
		t.Errorf("of the last full week it says %q", got)
	}
	started := s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	out := filepath.Join(s.folder, "new", "folder")
	if printed := s.must("summary", "--round", "1", "--out", out); printed != "" {
		t.Errorf("it also prints %q", printed)
	}
	words, err := os.ReadFile(filepath.Join(out, "summary.txt"))
	if err != nil || !strings.HasPrefix(string(words), "Sampai ") || !strings.Contains(string(words), "belum ada jawaban baru") {
		t.Errorf("after %q summary.txt says %q: %v", started, words, err)
	}
	data, err := os.ReadFile(filepath.Join(out, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var figures []stats.Figure
	if err := json.Unmarshal(data, &figures); err != nil || len(figures) == 0 || !strings.HasPrefix(figures[0].Scope, "round:1 ") {
		t.Errorf("the figures are %+v: %v", figures, err)
	}
	for _, name := range []string{"summary.xlsx", "1-pengiriman.png"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() < 2_000 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	if _, talk, code := s.run("summary", "--round", "99"); code != exitFailed || !strings.Contains(talk, "round") {
		t.Errorf("of a round that is not there: exit %d, says %q", code, talk)
	}
	if _, talk, code := s.run("summary", "--round", "1", "--week", "2026-06-10"); code != exitUsage {
		t.Errorf("of a round and a week: exit %d, says %q", code, talk)
	}

	today := time.Now().In(time.FixedZone("WIB", 7*60*60)).Format(time.DateOnly)
	for _, refused := range []struct {
		week string
		says string
		code int
	}{
		{today, "not over yet", exitFailed},
		{"2026-02-30", "want a date such as 2026-06-27", exitUsage},
		{"kemarin", "want a date such as 2026-06-27", exitUsage},
	} {
		if out, talk, code := s.run("summary", "--week", refused.week); code != refused.code || out != "" || !strings.Contains(talk, refused.says) {
			t.Errorf("of %s: exit %d, prints %q, says %q", refused.week, code, out, talk)
		}
	}
}

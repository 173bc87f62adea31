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
	if got, want := s.must("summary", "--week", "2026-06-10"), "Pekan 8–14 Juni 2026 tenang: tidak ada putaran yang berjalan.\n"; got != want {
		t.Errorf("it says %q", got)
	}
	if got := s.must("summary"); !strings.Contains(got, "tenang") {
		t.Errorf("of the last full week it says %q", got)
	}

	out := filepath.Join(s.folder, "new", "folder")
	if printed := s.must("summary", "--week", "2026-06-08", "--out", out); printed != "" {
		t.Errorf("it also prints %q", printed)
	}
	words, err := os.ReadFile(filepath.Join(out, "summary.txt"))
	if err != nil || !strings.HasPrefix(string(words), "Pekan 8–14 Juni 2026") {
		t.Errorf("summary.txt says %q: %v", words, err)
	}
	data, err := os.ReadFile(filepath.Join(out, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var figures stats.Figures
	if err := json.Unmarshal(data, &figures); err != nil || figures.To.Sub(figures.From) != 7*24*time.Hour {
		t.Errorf("the figures are of %v to %v: %v", figures.From, figures.To, err)
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

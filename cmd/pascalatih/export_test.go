package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pascalatih/storage"
	"pascalatih/survey/sheet"
)

func TestExportAsWorkbook(t *testing.T) {
	s := newShell(t)
	s.importAll()
	s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	path := filepath.Join(s.folder, "out.xlsx")
	if got := s.must("export", "--round", "1", "--format", "xlsx", "--names", "--out", path); got != "" {
		t.Errorf("it prints %q beside the file", got)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(content)
	if err != nil || len(tables) != 2 || tables[0].Name != "data" || tables[1].Name != "kodebuku" {
		t.Fatalf("the file holds %d sheets (%v)", len(tables), err)
	}
	if got := tables[0].Rows[0].Cell(8).Value; got != "nip" {
		t.Errorf("with names its column 9 is %q", got)
	}
	if got := s.must("export", "--round", "1", "--format", "xlsx"); !strings.HasPrefix(got, "PK") {
		t.Errorf("on standard output it is %.10q", got)
	}
	if _, talk, code := s.run("export", "--round", "1", "--format", "pdf"); code != exitUsage || !strings.Contains(talk, "csv") {
		t.Errorf("another format: exit %d, says %q", code, talk)
	}
}

// Why names were needed is in the audit, as it is where they are asked for in
// chat.
func TestExportReason(t *testing.T) {
	s := newShell(t)
	s.importAll()
	s.must("round", "start", "--training", "PEL-01", "--instrument", "reaction")
	s.must("export", "--round", "1", "--names", "--reason", "Diminta pimpinan kantor")
	s.must("export", "--round", "1", "--names")
	s.must("export", "--round", "1")
	if out, talk, code := s.run("export", "--round", "1", "--reason", "Diminta pimpinan"); code != exitUsage || out != "" || !strings.Contains(talk, "--names") {
		t.Errorf("a reason without names: exit %d, prints %q, says %q", code, out, talk)
	}
	store, err := storage.Open(t.Context(), s.database, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	entries, err := store.Audit(t.Context(), storage.AuditFilter{Actions: []string{"names exported"}}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[1].Details["reason"] != "Diminta pimpinan kantor" || entries[0].Details["reason"] != nil {
		t.Errorf("the audit notes %+v", entries)
	}
}

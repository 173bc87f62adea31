package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

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

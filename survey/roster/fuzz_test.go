package roster_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pascalatih/survey/roster"
)

// Whatever a file holds, it is read or refused with reasons, and what was read
// is fit to be stored.
func FuzzRoster(f *testing.F) {
	f.Add([]byte(pegawai + nipA + ",Contoh Satu,Dinas Contoh,Analis,III/b,081200000001," + nipB + "\n"))
	f.Add([]byte("\ufeffkode;judul;mulai;selesai\r\nPL-1;\"Pelatihan \"\"Contoh\"\"\";25/06/2026;27 Juni 2026\r\n"))
	f.Add([]byte("kode\tnip\nPL-1\t'" + nipA + "\n"))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Add(workbook(f, map[string][][]any{"pegawai": {{"nip", "nama", "unit"}, {nipA, "Contoh Satu", "Dinas Contoh"}}}))
	f.Add(workbook(f, map[string][][]any{"pelatihan": {{"kode", "judul", "mulai", "selesai"}, {1, "Pelatihan", date(2026, 6, 25), 46200.5}}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := roster.Parse("berkas", data)
		if err != nil {
			found, ok := errors.AsType[roster.Errors](err)
			if !ok || len(found) == 0 {
				t.Fatalf("refused with %v", err)
			}
			for _, cell := range found {
				if cell.Reason["id"] == "" || cell.Reason["en"] == "" {
					t.Fatalf("refused without a reason: %v", cell)
				}
			}
			return
		}
		for _, employee := range read.Employees {
			if employee.NIP.IsZero() || employee.Name == "" || employee.Unit == "" || employee.Supervisor == employee.NIP {
				t.Fatalf("took %v", employee)
			}
			storable(t, employee.Name, employee.Unit, employee.Position, employee.Grade, employee.Phone)
		}
		for _, training := range read.Trainings {
			if training.Code == "" || training.Title == "" || training.First.IsZero() || training.Last.Before(training.First) || training.Hours.Count < 0 {
				t.Fatalf("took %v", training)
			}
			storable(t, training.Code, training.Title, training.Kind, training.Provider, training.Plan)
		}
		for _, participant := range read.Participants {
			if participant.NIP.IsZero() || participant.Code == "" {
				t.Fatalf("took %v", participant)
			}
		}
	})
}

func storable(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			t.Fatalf("took the text %q", text)
		}
	}
}

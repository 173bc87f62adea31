package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The demo's office: made-up people of made-up units in two made-up trainings.
const (
	demoPeople   = 40
	demoPlanned  = "PEL-01" // its plan opens its round by itself
	demoByHand   = "PEL-02" // it has no plan: HR starts its round
	demoAdmin    = 9001     // Telegram user id of the administrator
	demoFirstID  = 5001     // Telegram user id of the first employee
	demoPlanSize = 24       // the first 24 are in the first training …
	demoHandFrom = 20       // … and all from the 21st on in the second
)

var demoTitles = map[string]string{
	demoPlanned: "Pelayanan Publik Prima (contoh)",
	demoByHand:  "Pengelolaan Arsip Digital (contoh)",
}

var demoUnits = []string{
	"Dinas Contoh Anggrek", "Dinas Contoh Bakung", "Dinas Contoh Cempaka", "Badan Contoh Dahlia",
	"Kecamatan Contoh Edelweis", "Sekretariat Daerah Contoh Flamboyan dan Urusan Umum Lainnya",
}

// demoDay is the last day of the first training; the second ends a day later.
var demoDay = time.Date(2026, time.June, 10, 0, 0, 0, 0, time.UTC)

// demoEmployee is one made-up ASN.
type demoEmployee struct {
	nip, name, unit string
	telegram        int64
	trainings       []string
}

func demoEmployees() []demoEmployee {
	all := make([]demoEmployee, demoPeople)
	for i := range all {
		birth := time.Date(1968+i%30, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC)
		all[i] = demoEmployee{
			nip:      fmt.Sprintf("%s%s%d%03d", birth.Format("20060102"), birth.AddDate(25, 0, 0).Format("200601"), 1+i%2, i+1),
			name:     fmt.Sprintf("Pegawai Contoh %02d", i+1),
			unit:     demoUnits[i%len(demoUnits)],
			telegram: int64(demoFirstID + i),
		}
		if i < demoPlanSize {
			all[i].trainings = append(all[i].trainings, demoPlanned)
		}
		if i >= demoHandFrom {
			all[i].trainings = append(all[i].trainings, demoByHand)
		}
	}
	return all
}

// writeRoster writes the roster as an office would send it: three files, the
// first as a spreadsheet in Indonesian saves CSV (a semicolon between, a mark in
// front).
func writeRoster(folder string, people []demoEmployee) ([]string, error) {
	employees := [][]string{{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}}
	participants := [][]string{{"kode", "nip"}}
	for _, p := range people {
		employees = append(employees, []string{p.nip, p.name, p.unit, "Analis Contoh", "III/a", "", ""})
		for _, code := range p.trainings {
			participants = append(participants, []string{code, p.nip})
		}
	}
	first, second := demoDay.AddDate(0, 0, -2), demoDay.AddDate(0, 0, 1)
	trainings := [][]string{
		{"kode", "judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"},
		{demoPlanned, demoTitles[demoPlanned], "teknis", "Lembaga Contoh", first.Format("2/1/2006"), demoDay.Format("2/1/2006"), "24", "singkat"},
		{demoByHand, demoTitles[demoByHand], "teknis", "Lembaga Contoh", second.Format(time.DateOnly), second.Format(time.DateOnly), "8", ""},
	}
	files := []struct {
		name  string
		rows  [][]string
		comma rune
	}{{"pegawai.csv", employees, ';'}, {"pelatihan.csv", trainings, ','}, {"peserta.csv", participants, '\t'}}
	var paths []string
	for _, file := range files {
		var content bytes.Buffer
		if file.comma == ';' {
			content.WriteString("\uFEFF")
		}
		out := csv.NewWriter(&content)
		out.Comma = file.comma
		if err := out.WriteAll(file.rows); err != nil {
			return nil, fmt.Errorf("write %s: %w", file.name, err)
		}
		path := filepath.Join(folder, file.name)
		if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
			return nil, fmt.Errorf("write the roster: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

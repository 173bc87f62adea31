package main

import (
	"bytes"
	"fmt"
	"time"

	"pascalatih/survey/sheet"
)

// The demo's office: made-up people of made-up units in made-up trainings.
const (
	demoPeople  = 200
	demoAdmin   = 9001 // Telegram user id of the administrator
	demoTypist  = 9002 // and of somebody who types another one's NIP
	demoFirstID = 5001 // and of the first employee
)

// demoDay is the last day of the first training.
var demoDay = time.Date(2026, time.June, 10, 0, 0, 0, 0, time.UTC)

// demoTraining is one of the demo's trainings.
type demoTraining struct {
	code, title string
	plan        string
	first, last int  // its days, from demoDay
	from, to    int  // the employees that take part, the last not included
	classLink   bool // they come by it; else by personal links
}

// demoTrainings are all of them. The third has no plan: HR starts its round.
func demoTrainings() []demoTraining {
	return []demoTraining{
		{code: "PEL-01", title: "Pelayanan Publik Prima (contoh)", plan: "singkat", first: -2, last: 0, from: 0, to: 90},
		{code: "PEL-02", title: "Pengelolaan Arsip Digital (contoh)", plan: "singkat", first: 1, last: 1, from: 80, to: 150},
		{code: "PEL-03", title: "Kepemimpinan Tim Kecil (contoh)", first: 7, last: 8, from: 140, to: demoPeople - 1, classLink: true},
	}
}

func demoUnits() []string {
	return []string{
		"Dinas Contoh Anggrek", "Dinas Contoh Bakung", "Dinas Contoh Cempaka", "Badan Contoh Dahlia", "Badan Contoh Edelweis",
		"Kecamatan Contoh Flamboyan", "Kecamatan Contoh Gading", "Kecamatan Contoh Kenanga", "Inspektorat Contoh Lili",
		"RSUD Contoh Melati", "Satuan Polisi Pamong Praja Contoh Nusa Indah",
		"Sekretariat Daerah Contoh Seruni, Bagian Umum dan Urusan Rumah Tangga",
	}
}

// demoEmployee is one made-up ASN.
type demoEmployee struct {
	nip, name, unit, phone string
	telegram               int64
	trainings              []demoTraining
}

// demoEmployees are the office's people. The last one is HR, and takes part in
// nothing. Of every fifth no phone number is known.
func demoEmployees() []demoEmployee {
	units := demoUnits()
	all := make([]demoEmployee, demoPeople)
	for i := range all {
		birth := time.Date(1968+i%30, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC)
		all[i] = demoEmployee{
			nip:      fmt.Sprintf("%s%s%d%03d", birth.Format("20060102"), birth.AddDate(25, 0, 0).Format("200601"), 1+i%2, i+1),
			name:     fmt.Sprintf("Pegawai Contoh %03d", i+1),
			unit:     units[i%len(units)],
			telegram: int64(demoFirstID + i),
		}
		if i%5 != 0 {
			all[i].phone = fmt.Sprintf("0812-0000-%04d", i+1)
		}
		for _, training := range demoTrainings() {
			if i >= training.from && i < training.to {
				all[i].trainings = append(all[i].trainings, training)
			}
		}
	}
	return all
}

// rosterBook is the roster as HR keeps it: one workbook.
func rosterBook(people []demoEmployee) ([]byte, error) {
	employees := [][]string{{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}}
	participants := [][]string{{"kode", "nip"}}
	for _, p := range people {
		employees = append(employees, []string{p.nip, p.name, p.unit, "Analis Contoh", "III/a", p.phone, ""})
		for _, training := range p.trainings {
			participants = append(participants, []string{training.code, p.nip})
		}
	}
	trainings := [][]string{{"kode", "judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"}}
	for _, t := range demoTrainings() {
		first, last := demoDay.AddDate(0, 0, t.first), demoDay.AddDate(0, 0, t.last)
		trainings = append(trainings, []string{t.code, t.title, "teknis", "Lembaga Contoh",
			first.Format("2/1/2006"), last.Format("2/1/2006"), "24", t.plan})
	}
	return writeBook([]bookSheet{{"pegawai", employees}, {"pelatihan", trainings}, {"peserta", participants}})
}

// bookSheet is a sheet of a workbook, its header first.
type bookSheet struct {
	name string
	rows [][]string
}

func writeBook(sheets []bookSheet) ([]byte, error) {
	w, err := sheet.NewWriter()
	if err != nil {
		return nil, err
	}
	defer w.Close() // the workbook is written by Finish
	for _, s := range sheets {
		if err := w.Sheet(s.name, s.rows[0]...); err != nil {
			return nil, err
		}
		for _, row := range s.rows[1:] {
			entries := make([]sheet.Entry, len(row))
			for i, words := range row {
				entries[i] = sheet.Words(words)
			}
			if err := w.Row(entries...); err != nil {
				return nil, err
			}
		}
	}
	var written bytes.Buffer
	err = w.Finish(&written)
	return written.Bytes(), err
}

package main

import (
	"bytes"
	"fmt"
	"time"

	"pascalatih/survey/sheet"
)

// The demo's office: made-up people of made-up units in made-up trainings.
const (
	demoAlumni  = 44   // the first employees: those who take part in trainings
	demoHeads   = 3    // the next ones: supervisors of those of the first training
	unitSize    = 8    // employees of a unit, and of a supervisor
	demoPeople  = 48   // all; the last one is HR
	demoAdmin   = 9001 // Telegram user id of the administrator
	demoTypist  = 9002 // and of somebody who types another one's NIP
	demoFirstID = 5001 // and of the first employee
)

// demoDay is the demo's first one, a Friday.
var demoDay = time.Date(2026, time.February, 6, 0, 0, 0, 0, time.UTC)

// demoTraining is one of the demo's trainings.
type demoTraining struct {
	code, title string
	plan        string
	first, last int  // its days, from demoDay
	from, to    int  // the employees that take part, the last not included
	classLink   bool // they come by it; else by personal links
}

// demoTrainings are all of them. The first has the long plan. A month after the
// second is in the middle of a week of holidays. The third has no plan: HR starts its
// round.
func demoTrainings() []demoTraining {
	return []demoTraining{
		{code: "PEL-01", title: "Pelayanan Publik Prima (contoh)", plan: "standar", first: 5, last: 6, from: 0, to: 24},
		{code: "PEL-02", title: "Pengelolaan Arsip Digital (contoh)", plan: "singkat", first: 13, last: 14, from: 20, to: 36},
		{code: "PEL-03", title: "Kepemimpinan Tim Kecil (contoh)", first: 27, last: 28, from: 36, to: demoAlumni, classLink: true},
	}
}

func demoUnits() []string {
	return []string{
		"Dinas Contoh Anggrek", "Badan Contoh Dahlia", "Kecamatan Contoh Flamboyan", "Inspektorat Contoh Lili", "RSUD Contoh Melati",
		"Sekretariat Daerah Contoh Seruni, Bagian Umum dan Urusan Rumah Tangga",
	}
}

// demoEmployee is one made-up ASN.
type demoEmployee struct {
	nip, name, unit, phone string
	supervisor             int // the place of theirs in the list; 0: none is known
	telegram               int64
	trainings              []demoTraining
}

// demoEmployees are the office's people. Of every fifth no phone number is known.
func demoEmployees() []demoEmployee {
	units := demoUnits()
	all := make([]demoEmployee, demoPeople)
	for i := range all {
		birth := time.Date(1968+i%30, time.Month(1+i%12), 1+i%28, 0, 0, 0, 0, time.UTC)
		all[i] = demoEmployee{
			nip:      fmt.Sprintf("%s%s%d%03d", birth.Format("20060102"), birth.AddDate(25, 0, 0).Format("200601"), 1+i%2, i+1),
			name:     fmt.Sprintf("Pegawai Contoh %03d", i+1),
			unit:     units[i/unitSize],
			telegram: int64(demoFirstID + i),
		}
		if i < 24 {
			all[i].supervisor = demoAlumni + i/unitSize
		}
		if i >= demoAlumni && i < demoAlumni+demoHeads {
			all[i].name = fmt.Sprintf("Atasan Contoh %03d", i+1)
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
		supervisor := ""
		if p.supervisor != 0 {
			supervisor = people[p.supervisor].nip
		}
		employees = append(employees, []string{p.nip, p.name, p.unit, "Analis Contoh", "III/a", p.phone, supervisor})
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

// demoHolidays are the national holidays and cuti bersama of the demo's months.
func demoHolidays() [][]string {
	return [][]string{
		{"2026-02-16", "Cuti Bersama Tahun Baru Imlek", "cuti_bersama"}, {"2026-02-17", "Tahun Baru Imlek", "libur_nasional"},
		{"2026-03-18", "Cuti Bersama Nyepi", "cuti_bersama"}, {"2026-03-19", "Hari Suci Nyepi", "libur_nasional"},
		{"2026-03-20", "Cuti Bersama Idul Fitri", "cuti_bersama"}, {"2026-03-21", "Idul Fitri", "libur_nasional"},
		{"2026-03-22", "Idul Fitri", "libur_nasional"}, {"2026-03-23", "Cuti Bersama Idul Fitri", "cuti_bersama"},
		{"2026-03-24", "Cuti Bersama Idul Fitri", "cuti_bersama"}, {"2026-04-03", "Wafat Yesus Kristus", "libur_nasional"},
		{"2026-04-05", "Kebangkitan Yesus Kristus", "libur_nasional"}, {"2026-05-01", "Hari Buruh Internasional", "libur_nasional"},
		{"2026-05-14", "Kenaikan Yesus Kristus", "libur_nasional"}, {"2026-05-15", "Cuti Bersama Kenaikan Yesus Kristus", "cuti_bersama"},
		{"2026-05-27", "Idul Adha", "libur_nasional"}, {"2026-05-28", "Cuti Bersama Idul Adha", "cuti_bersama"},
		{"2026-05-31", "Hari Raya Waisak", "libur_nasional"}, {"2026-06-01", "Hari Lahir Pancasila", "libur_nasional"},
	}
}

// holidayBook is the list of holidays as HR uploads it.
func holidayBook() ([]byte, error) {
	return writeBook([]bookSheet{{"libur", append([][]string{{"tanggal", "nama", "jenis"}}, demoHolidays()...)}})
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

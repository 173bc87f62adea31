package roster_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey/roster"
)

// Made-up numbers.
const (
	nipA = "199001012020011001"
	nipB = "199002022020022002"
)

const (
	pegawai   = "nip,nama,unit,jabatan,golongan,telepon,atasan_nip\n"
	pelatihan = "kode,judul,jenis,penyelenggara,mulai,selesai,jp,rencana\n"
	peserta   = "kode,nip\n"
)

func TestParseEmployee(t *testing.T) {
	given := roster.EmployeeColumns{Position: true, Grade: true, Phone: true, Supervisor: true}
	contoh := roster.Employee{NIP: nip(nipA), Name: "Contoh Satu", Unit: "Dinas Contoh", Given: given}
	with := func(change func(*roster.Employee)) roster.Employee {
		changed := contoh
		change(&changed)
		return changed
	}
	tests := map[string]struct {
		file string
		want roster.Employee
	}{
		"everything": {
			file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,Analis,III/b,081200000001," + nipB,
			want: with(func(e *roster.Employee) {
				e.Position, e.Grade, e.Phone, e.Supervisor = "Analis", "III/b", "081200000001", nip(nipB)
			}),
		},
		"only what is required":           {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,,,,", want: contoh},
		"without columns":                 {file: "nip,nama,unit\n" + nipA + ",Contoh Satu,Dinas Contoh", want: with(func(e *roster.Employee) { e.Given = roster.EmployeeColumns{} })},
		"columns in another order":        {file: "Unit;NIP; Atasan NIP;NAMA;jabatan;golongan;telepon\nDinas Contoh;" + nipA + ";;Contoh Satu;;;", want: contoh},
		"an NIP in parts":                 {file: pegawai + "19900101 202001 1 001,Contoh Satu,Dinas Contoh,,,,", want: contoh},
		"an NIP behind an apostrophe":     {file: pegawai + "'" + nipA + ",Contoh Satu,Dinas Contoh,,,,", want: contoh},
		"a phone with spaces and hyphens": {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,,,0812-0000 0001,", want: with(func(e *roster.Employee) { e.Phone = "081200000001" })},
		"a phone that was exported":       {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,,,'+62 812 0000 0001,", want: with(func(e *roster.Employee) { e.Phone = "+6281200000001" })},
		"a phone without its plus":        {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,,,6281200000001,", want: with(func(e *roster.Employee) { e.Phone = "+6281200000001" })},
		"a phone without its zero":        {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,,,81200000001,", want: with(func(e *roster.Employee) { e.Phone = "081200000001" })},
		"an escaped position":             {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,'=Analis,,,", want: with(func(e *roster.Employee) { e.Position = "=Analis" })},
		"marks and emoji stay":            {file: pegawai + nipA + ",Contoh Satu,Dinas Contoh,<b>Analis_ 🙂</b>,,,", want: with(func(e *roster.Employee) { e.Position = "<b>Analis_ 🙂</b>" })},
		"empty rows and columns":          {file: "\n,,,\nnip,nama,unit,jabatan,golongan,telepon,atasan_nip,,\n,,,,,,,,\n" + nipA + ",Contoh Satu,Dinas Contoh,,,,,,\n", want: contoh},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("a.csv", []byte(test.file))
			if err != nil || len(read.Employees) != 1 {
				t.Fatalf("Parse gives %d employees and %v", len(read.Employees), sentences(err))
			}
			got := read.Employees[0]
			got.At = roster.Place{}
			if got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestParseTraining(t *testing.T) {
	given := roster.TrainingColumns{Kind: true, Provider: true, Hours: true, Plan: true}
	contoh := roster.Training{Code: "PL-1", Title: "Pelatihan Contoh", First: date(2026, 6, 25), Last: date(2026, 6, 27), Given: given}
	full := contoh
	full.Kind, full.Provider, full.Hours, full.Plan = "teknis", "Balai Contoh", roster.Hours{Count: 24, Known: true}, "singkat"
	noHours := contoh
	noHours.Hours = roster.Hours{Known: true}
	bare := contoh
	bare.Given = roster.TrainingColumns{}
	tests := map[string]struct {
		file string
		want roster.Training
	}{
		"everything":            {file: pelatihan + "PL-1,Pelatihan Contoh,teknis,Balai Contoh,2026-06-25,2026-06-27,24,singkat", want: full},
		"only what is required": {file: pelatihan + "PL-1,Pelatihan Contoh,,,2026-06-25,2026-06-27,,", want: contoh},
		"no hours at all":       {file: pelatihan + "PL-1,Pelatihan Contoh,,,2026-06-25,2026-06-27,0,", want: noHours},
		"without columns":       {file: "kode,judul,mulai,selesai\nPL-1,Pelatihan Contoh,2026-06-25,2026-06-27", want: bare},
		"dates with slashes":    {file: pelatihan + "PL-1,Pelatihan Contoh,,,25/06/2026,27/6/2026,,", want: contoh},
		"dates with hyphens":    {file: pelatihan + "PL-1,Pelatihan Contoh,,,25-06-2026,27-6-2026,,", want: contoh},
		"dates in words":        {file: pelatihan + "PL-1,Pelatihan Contoh,,,25 Juni 2026,27  JUNE 2026,,", want: contoh},
		"dates with a time":     {file: pelatihan + "PL-1,Pelatihan Contoh,,,2026-06-25 00:00:00,2026-06-27 16:00:00,,", want: contoh},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("a.csv", []byte(test.file))
			if err != nil || len(read.Trainings) != 1 {
				t.Fatalf("Parse gives %d trainings and %v", len(read.Trainings), sentences(err))
			}
			got := read.Trainings[0]
			got.At = roster.Place{}
			if got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestParseWorkbook(t *testing.T) {
	data := workbook(t, map[string][][]any{
		"Petunjuk": {{"Isi ketiga lembar berikut."}},
		"pegawai":  {{"nip", "nama", "unit", "telepon"}, {nipA, "Contoh Satu", "Dinas Contoh", 81200000001}, nil, {nipB, "Contoh Dua", "Dinas Contoh"}},
		" Pelatihan": {
			{"kode", "judul", "mulai", "selesai", "jp"},
			{2026001, "Pelatihan Contoh", date(2026, 6, 25), "27 Juni 2026", 24},
		},
		"PESERTA": {{"kode", "nip"}, {"2026001", nipA}},
	})
	read, err := roster.Parse("contoh.xlsx", data)
	if err != nil {
		t.Fatal(sentences(err))
	}
	want := roster.Roster{
		Employees: []roster.Employee{
			{NIP: nip(nipA), Name: "Contoh Satu", Unit: "Dinas Contoh", Phone: "081200000001", Given: roster.EmployeeColumns{Phone: true}, At: roster.Place{File: "contoh.xlsx", Sheet: "pegawai", Row: 2}},
			{NIP: nip(nipB), Name: "Contoh Dua", Unit: "Dinas Contoh", Given: roster.EmployeeColumns{Phone: true}, At: roster.Place{File: "contoh.xlsx", Sheet: "pegawai", Row: 4}},
		},
		Trainings: []roster.Training{
			{Code: "2026001", Title: "Pelatihan Contoh", First: date(2026, 6, 25), Last: date(2026, 6, 27), Hours: roster.Hours{Count: 24, Known: true}, Given: roster.TrainingColumns{Hours: true}, At: roster.Place{File: "contoh.xlsx", Sheet: "pelatihan", Row: 2}},
		},
		Participants: []roster.Participant{
			{Code: "2026001", NIP: nip(nipA), At: roster.Place{File: "contoh.xlsx", Sheet: "peserta", Row: 2}},
		},
	}
	if diff := cmp.Diff(want, read, cmp.Comparer(func(a, b roster.NIP) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// Twenty thousand employees are read in seconds.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1000, 20_000} {
		rows := [][]any{{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}}
		for i := range n {
			rows = append(rows, []any{fmt.Sprintf("19900101202001%04d", i%10_000), fmt.Sprintf("Contoh %d", i), fmt.Sprintf("Dinas Contoh %d", i%40), "Analis", "III/b", "081200000001", nipB})
		}
		data := workbook(b, map[string][][]any{"pegawai": rows})
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := roster.Parse("contoh.xlsx", data); err != nil {
					b.Fatal(sentences(err))
				}
			}
		})
	}
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func nip(text string) roster.NIP {
	parsed, err := roster.ParseNIP(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

// workbook writes sheets, given by name as rows of values.
func workbook(t testing.TB, sheets map[string][][]any) []byte {
	t.Helper()
	file := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := file.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := file.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	return save(t, file)
}

func save(t testing.TB, file *excelize.File) []byte {
	t.Helper()
	var written bytes.Buffer
	if err := file.Write(&written); err != nil {
		t.Fatal(err)
	}
	return written.Bytes()
}

// sentences are an error's lines for people.
func sentences(err error) string {
	found, ok := errors.AsType[roster.Errors](err)
	if !ok {
		return fmt.Sprint(err)
	}
	var lines []string
	for _, cell := range found {
		lines = append(lines, cell.In("id"))
	}
	return strings.Join(lines, "\n")
}

package roster_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/roster"
)

// One file with everything wrong: every error is named, with its place.
func TestParseNamesEveryError(t *testing.T) {
	_, err := roster.Parse("a.csv", []byte(pegawai+
		"123,,Dinas Contoh,,,telepon,"+nipB+"\n"+
		nipA+",Contoh Satu,,,,,"+nipA+"\n"))
	want := []string{
		`a.csv, lembar pegawai, baris 2, kolom nip, "123": NIP harus 18 angka.`,
		`a.csv, lembar pegawai, baris 2, kolom nama: Bagian ini wajib diisi.`,
		`a.csv, lembar pegawai, baris 2, kolom telepon, "telepon": Nomor telepon ini tidak dikenali. Contoh: 081200000000 atau +6281200000000.`,
		`a.csv, lembar pegawai, baris 3, kolom unit: Bagian ini wajib diisi.`,
		`a.csv, lembar pegawai, baris 3, kolom atasan_nip, "` + nipA + `": Pegawai tidak dapat menjadi atasannya sendiri.`,
	}
	if got := sentences(err); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func TestParseRefuses(t *testing.T) {
	training := func(rest string) string { return pelatihan + "PL-1,Pelatihan Contoh,,," + rest }
	long := strings.Repeat("a", 501)
	tests := map[string]struct {
		file   string
		column string
		row    int
		reason string // part of it
	}{
		"an NIP with a letter":         {file: peserta + "PL-1,19900101202001100O", column: "nip", row: 2, reason: "18 angka"},
		"an NIP of 19 digits":          {file: peserta + "PL-1," + nipA + "1", column: "nip", row: 2, reason: "18 angka"},
		"an NIP of other digits":       {file: peserta + "PL-1,١٩٩٠٠١٠١٢٠٢٠٠١١٠٠١", column: "nip", row: 2, reason: "18 angka"},
		"an NIP that Excel rounded":    {file: peserta + "PL-1,1.99001E+17", column: "nip", row: 2, reason: "membulatkan"},
		"and with a decimal comma":     {file: "kode;nip\nPL-1;1,99001E+17", column: "nip", row: 2, reason: "membulatkan"},
		"no code":                      {file: peserta + "," + nipA, column: "kode", row: 2, reason: "wajib"},
		"a date that does not exist":   {file: training("30/02/2026,2026-03-01,,"), column: "mulai", row: 2, reason: "tidak dikenali"},
		"a date, month before day":     {file: training("06/27/2026,2026-06-28,,"), column: "mulai", row: 2, reason: "tidak dikenali"},
		"a date with half a year":      {file: training("27/06/26,2026-06-28,,"), column: "mulai", row: 2, reason: "tidak dikenali"},
		"a date of another age":        {file: training("0026-06-27,2026-06-28,,"), column: "mulai", row: 2, reason: "tidak dikenali"},
		"no first day":                 {file: training(",2026-06-28,,"), column: "mulai", row: 2, reason: "wajib"},
		"an end before the beginning":  {file: training("2026-06-28,2026-06-27,,"), column: "selesai", row: 2, reason: "mendahului"},
		"hours less than none":         {file: training("2026-06-27,2026-06-28,-1,"), column: "jp", row: 2, reason: "JP"},
		"hours in words":               {file: training("2026-06-27,2026-06-28,lima,"), column: "jp", row: 2, reason: "JP"},
		"half an hour":                 {file: training("2026-06-27,2026-06-28,\"1,5\","), column: "jp", row: 2, reason: "JP"},
		"a title of a page":            {file: "kode,judul,mulai,selesai\nPL-1," + long + ",2026-06-27,2026-06-28", column: "judul", row: 2, reason: "terlalu panjang"},
		"a phone with few digits":      {file: "nip,nama,unit,telepon\n" + nipA + ",Contoh,Dinas,0812", column: "telepon", row: 2, reason: "telepon"},
		"an unknown column":            {file: "nip,nama,unit,catatan\n" + nipA + ",Contoh,Dinas,", column: "catatan", row: 1, reason: "tidak dikenal"},
		"a column that is there twice": {file: "nip,nama,unit,NIP\n" + nipA + ",Contoh,Dinas," + nipA, column: "nip", row: 1, reason: "dua kali"},
		"a column that is missing":     {file: "nip,nama,jabatan\n" + nipA + ",Contoh,Analis", column: "unit", row: 1, reason: "tidak ada"},
		"a column without a name":      {file: "nip,nama,unit,\n" + nipA + ",Contoh,Dinas,\n" + nipB + ",Dua,Dinas,catatan", row: 3, reason: "tidak berjudul"},
		"other columns":                {file: "name,email\nContoh,contoh", row: 1, reason: "Baris pertama"},
		"no header":                    {file: nipA + ",Contoh,Dinas", row: 1, reason: "Baris pertama"},
		"a column of several sheets":   {file: "nip\n" + nipA, row: 1, reason: "Baris pertama"},
		"nothing at all":               {file: "", reason: "kosong"},
		"quotes that do not end":       {file: peserta + "PL-1,\"" + nipA, row: 2, reason: "Tanda kutip"},
		"an old workbook":              {file: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", reason: ".xls"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("a.csv", []byte(test.file))
			found, ok := errors.AsType[roster.Errors](err)
			if !ok || len(found) != 1 {
				t.Fatalf("Parse gives %v and %s, want one error", read, sentences(err))
			}
			got := found[0]
			if got.File != "a.csv" || got.Row != test.row || got.Column != test.column || !strings.Contains(got.Reason.In("id"), test.reason) {
				t.Errorf("the error is %s", got.In("id"))
			}
			if got.Reason["en"] == "" {
				t.Error("there is no reason in English")
			}
		})
	}
}

func TestParseRefusesCells(t *testing.T) {
	tests := map[string]struct {
		write  func(*excelize.File) error
		column string
		reason string
	}{
		"an NIP as a number": {
			write:  func(f *excelize.File) error { return f.SetCellValue("peserta", "B2", 199001012020011001) },
			column: "nip", reason: "membulatkan",
		},
		"an NIP as a number that is formatted": {
			write: func(f *excelize.File) error {
				style, err := f.NewStyle(&excelize.Style{NumFmt: 1})
				return errors.Join(err, f.SetCellStyle("peserta", "B2", "B2", style), f.SetCellValue("peserta", "B2", 199001012020011001))
			},
			column: "nip", reason: "membulatkan",
		},
		"an NIP that is computed": {
			write:  func(f *excelize.File) error { return f.SetCellFormula("peserta", "B2", `="1990"&"01012020011001"`) },
			column: "nip", reason: "rumus",
		},
		"a code that is computed": {
			write:  func(f *excelize.File) error { return f.SetCellFormula("peserta", "A2", "=B2") },
			column: "kode", reason: "rumus",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := excelize.NewFile()
			err := errors.Join(file.SetSheetName("Sheet1", "peserta"),
				file.SetSheetRow("peserta", "A1", &[]any{"kode", "nip"}),
				file.SetSheetRow("peserta", "A2", &[]any{"PL-1", nipA}),
				test.write(file))
			if err != nil {
				t.Fatal(err)
			}
			_, err = roster.Parse("a.xlsx", save(t, file))
			found, ok := errors.AsType[roster.Errors](err)
			if !ok || len(found) != 1 || found[0].Column != test.column || found[0].Row != 2 || !strings.Contains(found[0].Reason.In("id"), test.reason) {
				t.Errorf("the errors are %s", sentences(err))
			}
		})
	}
}

func TestParseRefusesSheets(t *testing.T) {
	header := []any{"kode", "nip"}
	tests := map[string]struct {
		sheets map[string][][]any
		sheet  string
		reason string
	}{
		"none that is known":            {sheets: map[string][][]any{"Data": {{"a", "b"}}}, reason: "Tidak ada lembar"},
		"one whose name is misspelt":    {sheets: map[string][][]any{"peserta": {header}, "pegawi": {{"nip", "nama", "unit"}}}, sheet: "pegawi", reason: "nama pegawai"},
		"one without a header":          {sheets: map[string][][]any{"peserta": {}}, sheet: "peserta", reason: "kosong"},
		"one that is there twice":       {sheets: map[string][][]any{"peserta": {header}, "peserta ": {header}}, reason: "dua kali"},
		"one with another one's header": {sheets: map[string][][]any{"peserta": {{"kode", "judul", "nip"}}}, sheet: "peserta", reason: "tidak dikenal"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := roster.Parse("a.xlsx", workbook(t, test.sheets))
			found, ok := errors.AsType[roster.Errors](err)
			if !ok || len(found) != 1 || !strings.Contains(found[0].Reason.In("id"), test.reason) || test.sheet != "" && found[0].Sheet != test.sheet {
				t.Errorf("the errors are %s", sentences(err))
			}
		})
	}
}

func TestErrorsAreCapped(t *testing.T) {
	var file strings.Builder
	file.WriteString(peserta)
	for i := range 1234 {
		fmt.Fprintf(&file, "PL-1,%d\n", i)
	}
	_, err := roster.Parse("a.csv", []byte(file.String()))
	found, ok := errors.AsType[roster.Errors](err)
	if !ok || len(found) != 1001 {
		t.Fatalf("there are %d errors", len(found))
	}
	if got, want := found[1000].In("en"), "There are 234 more errors."; got != want {
		t.Errorf("the last says %q, want %q", got, want)
	}
}

func TestErrorsTellNothingToLogs(t *testing.T) {
	_, err := roster.Parse("a.csv", []byte(peserta+"PL-1,rahasia\n"))
	if strings.Contains(err.Error(), "rahasia") || strings.Contains(fmt.Sprint(err), "PL-1") {
		t.Errorf("the error tells %q", err)
	}
	if _, err := roster.ParseNIP("rahasia"); err == nil || strings.Contains(err.Error(), "rahasia") {
		t.Errorf("the error tells %q", err)
	}
}

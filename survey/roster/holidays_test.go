package roster_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
)

func TestParseHolidaysOfAYear(t *testing.T) {
	data, err := os.ReadFile("testdata/holidays-2026.csv")
	if err != nil {
		t.Fatal(err)
	}
	holidays, err := roster.ParseHolidays("libur.csv", tables(t, data))
	if err != nil {
		t.Fatal(sentences(err))
	}
	joint := 0
	for _, holiday := range holidays {
		if holiday.Joint {
			joint++
		}
	}
	if len(holidays) != 25 || joint != 8 {
		t.Errorf("there are %d, of them %d joint leaves", len(holidays), joint)
	}
	if want := (roster.Holiday{Day: date(2026, 2, 16), Name: "Cuti Bersama Tahun Baru Imlek 2577 Kongzili", Joint: true}); holidays[2] != want {
		t.Errorf("the third is %v, want %v", holidays[2], want)
	}
}

func TestParseHolidays(t *testing.T) {
	want := []roster.Holiday{
		{Day: date(2027, 8, 17), Name: "Proklamasi Kemerdekaan"},
		{Day: date(2027, 12, 24), Name: "Cuti Bersama Natal", Joint: true},
	}
	header := []any{"Tanggal", "Nama", "Jenis", "Catatan"}
	tests := map[string][]byte{
		"CSV":             []byte("date,name,kind\n2027-08-17,Proklamasi Kemerdekaan,libur_nasional\n2027-12-24,Cuti Bersama Natal,cuti_bersama\n"),
		"as people write": []byte("Nama;Tanggal;Jenis\nProklamasi Kemerdekaan;17 Agustus 2027;Libur Nasional\nCuti Bersama Natal;24/12/2027;Cuti bersama\n"),
		"a day twice":     []byte("date,name,kind\n2027-08-17,Proklamasi Kemerdekaan,libur_nasional\n2027-08-17,Proklamasi Kemerdekaan,libur_nasional\n2027-12-24,Cuti Bersama Natal,cuti_bersama\n"),
		"a workbook": workbook(t, map[string][][]any{"2027": {
			header, {date(2027, 8, 17), "Proklamasi Kemerdekaan", "libur nasional", "Selasa"}, {"24 Desember 2027", "Cuti Bersama Natal", "cuti bersama"},
		}, "Petunjuk": {{"Isi lembar 2027."}}}),
	}
	for name, file := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := roster.ParseHolidays("libur", tables(t, file))
			if err != nil {
				t.Fatal(sentences(err))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseHolidaysRefuses(t *testing.T) {
	const header = "tanggal,nama,jenis\n"
	tests := map[string]struct{ rows, want string }{
		"no day":         {",Contoh,cuti_bersama", "a.csv, lembar libur, baris 2, kolom tanggal: Bagian ini wajib diisi."},
		"no such day":    {"2027-02-29,Contoh,cuti_bersama", `a.csv, lembar libur, baris 2, kolom tanggal, "2027-02-29": Tanggal ini tidak dikenali. Contoh: 27/06/2026, 2026-06-27 atau 27 Juni 2026.`},
		"no name":        {"2027-02-28,,cuti_bersama", "a.csv, lembar libur, baris 2, kolom nama: Bagian ini wajib diisi."},
		"no kind":        {"2027-02-28,Contoh,", "a.csv, lembar libur, baris 2, kolom jenis: Bagian ini wajib diisi."},
		"another kind":   {"2027-02-28,Contoh,pesta", `a.csv, lembar libur, baris 2, kolom jenis, "pesta": Jenis harus libur_nasional atau cuti_bersama.`},
		"a day's second": {"2027-02-28,Satu,cuti_bersama\n2027-02-28,Dua,cuti_bersama", `a.csv, lembar libur, baris 3, kolom tanggal, "2027-02-28": Sudah ada dengan isi lain: a.csv, lembar libur, baris 2.`},
		"nothing":        {"", "a.csv: Belum ada hari libur di dalamnya. Mohon isi, lalu kirim lagi."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			holidays, err := roster.ParseHolidays("a.csv", tables(t, []byte(header+test.rows)))
			if got := sentences(err); got != test.want || holidays != nil {
				t.Errorf("it says %s, want %s", got, test.want)
			}
		})
	}
}

// A list that is marked and mended is read.
func TestMarkHolidays(t *testing.T) {
	file := []byte("date,name,kind\n2027-08-17,Proklamasi,libur\n")
	_, err := roster.ParseHolidays("a.csv", tables(t, file))
	marked := mark(t, "a.csv", file, err)
	mended := edit(t, marked, func(file *excelize.File) { set(t, file, "libur", "C2", "libur_nasional") })
	holidays, err := roster.ParseHolidays("a.xlsx", tables(t, mended))
	if err != nil || len(holidays) != 1 || holidays[0].Day.Month() != time.August {
		t.Errorf("read %v and %s", holidays, sentences(err))
	}
	if !strings.Contains(value(t, marked, "libur", "D2"), "kind: Jenis harus") {
		t.Errorf("the reason is %q", value(t, marked, "libur", "D2"))
	}
}

func tables(t testing.TB, data []byte) []sheet.Table {
	t.Helper()
	read, err := sheet.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

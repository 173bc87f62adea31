package roster_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey/roster"
)

const (
	unit     = "nama,zona,hari_kerja\n"
	jamKerja = "dari,sampai,buka,tutup,keterangan\n"
)

func TestParseUnit(t *testing.T) {
	toFriday := roster.Weekdays{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true}
	toSaturday := toFriday
	toSaturday[time.Saturday] = true
	tests := map[string]struct {
		row  string // behind the name
		want roster.Unit
	}{
		"nothing of its own":      {row: ",", want: roster.Unit{}},
		"a short name":            {row: "WITA,", want: roster.Unit{Zone: "Asia/Makassar"}},
		"in small letters":        {row: "wit,", want: roster.Unit{Zone: "Asia/Jayapura"}},
		"an IANA name":            {row: "Asia/Pontianak,", want: roster.Unit{Zone: "Asia/Pontianak"}},
		"to Friday":               {row: ",Senin-Jumat", want: roster.Unit{Days: toFriday}},
		"to Saturday, as in talk": {row: "WIB,senin s.d. sabtu", want: roster.Unit{Zone: "Asia/Jakarta", Days: toSaturday}},
		"with a longer dash":      {row: ",Senin – Jum'at", want: roster.Unit{Days: toFriday}},
		"one by one":              {row: `,"Senin, Selasa, Rabu, Kamis dan Jumat"`, want: roster.Unit{Days: toFriday}},
		"over the week's end":     {row: ",Sabtu-Senin", want: roster.Unit{Days: roster.Weekdays{time.Saturday: true, time.Sunday: true, time.Monday: true}}},
		"one day, in English":     {row: ",Sunday", want: roster.Unit{Days: roster.Weekdays{time.Sunday: true}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("unit.csv", []byte(unit+"Dinas Contoh,"+test.row+"\n"))
			if err != nil {
				t.Fatal(sentences(err))
			}
			test.want.Name, test.want.At = "Dinas Contoh", roster.Place{File: "unit.csv", Sheet: "unit", Row: 2}
			if diff := cmp.Diff([]roster.Unit{test.want}, read.Units); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWeekdaysString(t *testing.T) {
	for _, written := range []string{"", "Minggu", "Senin-Jumat", "Senin-Sabtu", "Senin, Rabu, Jumat", "Senin, Selasa, Kamis-Sabtu", "Senin-Minggu"} {
		var days roster.Weekdays
		if written != "" {
			var err error
			if days, err = roster.ParseWeekdays(written); err != nil {
				t.Fatal(err)
			}
		}
		if got := days.String(); got != written {
			t.Errorf("%q came back as %q", written, got)
		}
	}
}

func TestParseWorkingHours(t *testing.T) {
	ramadan := roster.WorkingHours{From: date(2027, 2, 8), To: date(2027, 3, 9), Opens: 8 * 60, Closes: 15*60 + 30, Name: "Contoh Ramadan"}
	tests := map[string]struct {
		file []byte
		want roster.WorkingHours
	}{
		"CSV":                    {file: []byte(jamKerja + "2027-02-08,2027-03-09,08:00,15:30,Contoh Ramadan\n"), want: ramadan},
		"as people write":        {file: []byte(strings.ReplaceAll(jamKerja, ",", ";") + "8 Februari 2027;09/03/2027;8.00;15.30.00;Contoh Ramadan\n"), want: ramadan},
		"times of a spreadsheet": {file: workbook(t, map[string][][]any{"Jam Kerja": {{"dari", "sampai", "buka", "tutup", "keterangan"}, {date(2027, 2, 8), date(2027, 3, 9), 8.0 / 24, 15.5 / 24, "Contoh Ramadan"}}}), want: ramadan},
		"a day, without a name":  {file: []byte("dari,sampai,buka,tutup\n2027-12-24,2027-12-24,07:00,12:00\n"), want: roster.WorkingHours{From: date(2027, 12, 24), To: date(2027, 12, 24), Opens: 7 * 60, Closes: 12 * 60}},
		"an exception no more":   {file: []byte(jamKerja + "2027-02-08,2027-03-09,,,Contoh Ramadan\n"), want: roster.WorkingHours{From: date(2027, 2, 8), To: date(2027, 3, 9), Name: "Contoh Ramadan", Ends: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("jam.csv", test.file)
			if err != nil {
				t.Fatal(sentences(err))
			}
			test.want.At = roster.Place{File: "jam.csv", Sheet: "jam_kerja", Row: 2}
			if diff := cmp.Diff([]roster.WorkingHours{test.want}, read.Hours); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseWorkTimeRefuses(t *testing.T) {
	tests := map[string]struct{ file, want string }{
		"no zone":               {unit + "Dinas Contoh,WIBA,", `lembar unit, baris 2, kolom zona, "WIBA": Zona ini tidak dikenali. Mohon tulis WIB, WITA, WIT, atau nama seperti Asia/Jakarta.`},
		"the machine's zone":    {unit + "Dinas Contoh,Local,", `lembar unit, baris 2, kolom zona, "Local": Zona ini tidak dikenali. Mohon tulis WIB, WITA, WIT, atau nama seperti Asia/Jakarta.`},
		"no days":               {unit + "Dinas Contoh,,5 hari", `lembar unit, baris 2, kolom hari_kerja, "5 hari": Hari kerja ini tidak dikenali. Contoh: Senin-Jumat, Senin-Sabtu, atau Senin, Rabu, Jumat.`},
		"no unit":               {unit + ",WIB,", `lembar unit, baris 2, kolom nama: Bagian ini wajib diisi.`},
		"no time":               {jamKerja + "2027-02-08,2027-03-09,pagi,15:00,", `lembar jam_kerja, baris 2, kolom buka, "pagi": Jam ini tidak dikenali. Contoh: 08:00 atau 08.00.`},
		"one time":              {jamKerja + "2027-02-08,2027-03-09,08:00,,", `lembar jam_kerja, baris 2, kolom tutup: Mohon isi jam buka dan jam tutup, atau kosongkan keduanya untuk menghapus pengecualian ini.`},
		"closed as it opens":    {jamKerja + "2027-02-08,2027-03-09,08:00,08:00,", `lembar jam_kerja, baris 2, kolom tutup, "08:00": Jam tutup harus sesudah jam buka.`},
		"the end first":         {jamKerja + "2027-03-09,2027-02-08,08:00,15:00,", `lembar jam_kerja, baris 2, kolom sampai, "2027-02-08": Tanggal selesai mendahului tanggal mulai.`},
		"a slip in the year":    {jamKerja + "2027-02-08,2072-03-09,08:00,15:00,", `lembar jam_kerja, baris 2, kolom sampai, "2072-03-09": Pengecualian ini lebih dari setahun. Mohon periksa tahunnya.`},
		"two times of a unit":   {unit + "Dinas Contoh,WIB,\nDinas Contoh,WIT,", `lembar unit, baris 3, kolom nama, "Dinas Contoh": Sudah ada dengan isi lain: waktu.csv, lembar unit, baris 2.`},
		"two that share a day":  {jamKerja + "2027-02-08,2027-03-09,08:00,15:00,Contoh\n2027-03-09,2027-03-10,08:00,14:00,", `lembar jam_kerja, baris 3, kolom dari, "2027-03-09": Sebagian harinya sudah punya jam kerja lain: 08/02/2027–09/03/2027 (Contoh).`},
		"two that begin on one": {jamKerja + "2027-02-08,2027-03-09,08:00,15:00,\n2027-02-08,2027-03-10,08:00,15:00,", `lembar jam_kerja, baris 3, kolom dari, "2027-02-08": Sudah ada dengan isi lain: waktu.csv, lembar jam_kerja, baris 2.`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			read, err := roster.Parse("waktu.csv", []byte(test.file+"\n"))
			if err == nil {
				_, err = roster.Merge(read)
			}
			found, some := errors.AsType[roster.Errors](err)
			if !some || len(found) != 1 || found[0].In("id") != "waktu.csv, "+test.want {
				t.Errorf("it says %q", sentences(err))
			}
		})
	}
}

// A number such as 8.3 does not tell whether half past is meant.
func TestParseRefusesANumberAsATime(t *testing.T) {
	file := workbook(t, map[string][][]any{"jam_kerja": {{"dari", "sampai", "buka", "tutup"}, {"08/02/2027", "09/03/2027", 8.3, "15.00"}}})
	_, err := roster.Parse("jam.xlsx", file)
	if got := sentences(err); !strings.Contains(got, "Jam ini tidak dikenali") {
		t.Errorf("it says %q", got)
	}
}

// A row that takes an exception away leaves its days to another.
func TestMergeReplacesHours(t *testing.T) {
	read := parseAll(t, jamKerja+"2027-02-08,2027-03-09,,,\n2027-02-09,2027-03-10,08:00,15:00,Contoh\n2027-02-09,2027-03-10,08:00,15:00,Contoh\n")
	merged, err := roster.Merge(read...)
	if err != nil || len(merged.Hours) != 2 {
		t.Errorf("there are %v: %v", merged.Hours, sentences(err))
	}
}

func TestReferencesToUnits(t *testing.T) {
	read := parseAll(t, pegawai+nipA+",Contoh Satu,Dinas Contoh,,,,\n", unit+"Dinas Contoh,WITA,\nDinas Lain,,\n")
	merged, err := roster.Merge(read...)
	if err != nil {
		t.Fatal(sentences(err))
	}
	open := merged.References()
	if len(open) != 1 || open[0].Key != "Dinas Lain" || open[0].To != roster.ToUnit {
		t.Fatalf("it refers to %v", open)
	}
	want := `2.csv, lembar unit, baris 3, kolom nama, "Dinas Lain": Unit kerja ini tidak ada dalam lembar pegawai maupun data pegawai. Mohon tulis sama persis.`
	if got := open[0].Unknown().In("id"); got != want {
		t.Errorf("it says %q", got)
	}
}

package roster_test

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey/roster"
	"pascalatih/survey/sheet"
)

// markTest is a file whose faults are seen in their places; mended there and sent
// again, it is read.
type markTest struct {
	name    string
	file    []byte
	wrong   []string // the coloured cells, as "sheet cell"
	reasons cells    // part of what they hold
	mend    cells
}

// cells are what stands in "sheet cell".
type cells map[string]string

func (m markTest) run(t *testing.T) {
	marked := mark(t, m.name, m.file, check(m.name, m.file))
	if diff := cmp.Diff(m.wrong, coloured(t, marked)); diff != "" {
		t.Error(diff)
	}
	for place, want := range m.reasons {
		if got := value(t, marked, strings.Fields(place)[0], strings.Fields(place)[1]); !strings.Contains(got, want) {
			t.Errorf("%s holds %q, want %q", place, got, want)
		}
	}
	mended := edit(t, marked, func(file *excelize.File) {
		for place, text := range m.mend {
			set(t, file, strings.Fields(place)[0], strings.Fields(place)[1], text)
		}
	})
	if err := check("b.xlsx", mended); err != nil {
		t.Errorf("mended, it has the errors %s", sentences(err))
	}
}

func TestMarkCells(t *testing.T) {
	tests := map[string]markTest{
		"two cells of a row": {
			name:    "a.xlsx",
			file:    workbook(t, map[string][][]any{"pegawai": {{"nip", "nama", "unit"}, {"123", "", "Dinas Contoh"}, {nipB, "Contoh Dua", "Dinas Contoh"}}}),
			wrong:   []string{"pegawai A2", "pegawai B2"},
			reasons: cells{"pegawai D1": "kesalahan", "pegawai D2": "nip: NIP harus 18 angka.\nnama: Bagian ini wajib diisi."},
			mend:    cells{"pegawai A2": nipA, "pegawai B2": "Contoh Satu"},
		},
		"a CSV file": {
			name:    "a.csv",
			file:    []byte("\n\n" + peserta + "PL-1," + nipA + "\n\nPL-1,1\n"),
			wrong:   []string{"peserta B4"},
			reasons: cells{"peserta C4": "nip: NIP harus 18 angka."},
			mend:    cells{"peserta B4": nipB},
		},
		"a formula": {
			name: "a.xlsx",
			file: edit(t, workbook(t, map[string][][]any{"PESERTA": {{"kode", "nip"}, {"PL-1", nipA}}}), func(file *excelize.File) {
				if err := file.SetCellFormula("PESERTA", "A2", `="PL-"&1`); err != nil {
					t.Fatal(err)
				}
			}),
			wrong:   []string{"PESERTA A2"},
			reasons: cells{"PESERTA C2": "rumus"},
			mend:    cells{"PESERTA A2": "PL-1"},
		},
		"two rows that differ": {
			name:    "a.csv",
			file:    []byte("nip,nama,unit\n" + nipA + ",Contoh Satu,Dinas Contoh\n" + nipA + ",Contoh Dua,Dinas Contoh\n"),
			wrong:   []string{"pegawai A3"},
			reasons: cells{"pegawai D3": "Sudah ada dengan isi lain"},
			mend:    cells{"pegawai A3": "", "pegawai B3": "", "pegawai C3": ""},
		},
	}
	for name, test := range tests {
		t.Run(name, test.run)
	}
}

func TestMarkHeaders(t *testing.T) {
	tests := map[string]markTest{
		"a column that is missing": {
			name:    "a.csv",
			file:    []byte("nip,nama,jabatan\n" + nipA + ",Contoh Satu,Analis\n"),
			reasons: cells{"pegawai D1": "kesalahan: unit: Kolom ini tidak ada."},
			mend:    cells{"pegawai E1": "unit", "pegawai E2": "Dinas Contoh"},
		},
		"a column that is unknown": {
			name:    "a.csv",
			file:    []byte("nip,nama,unit,Catatan Lain\n" + nipA + ",Contoh Satu,Dinas Contoh,ya\n"),
			wrong:   []string{"pegawai D1"},
			reasons: cells{"pegawai E1": "Catatan Lain: Kolom ini tidak dikenal"},
			mend:    cells{"pegawai D1": "jabatan"},
		},
		"a column without a name": {
			name:    "a.csv",
			file:    []byte("nip,nama,unit\n" + nipA + ",Contoh Satu,Dinas Contoh,Analis\n"),
			wrong:   []string{"pegawai D2"},
			reasons: cells{"pegawai E2": "tidak berjudul"},
			mend:    cells{"pegawai D1": "jabatan"},
		},
		"a header of something else": {
			name:    "a.csv",
			file:    []byte("name,number,office\nContoh Satu," + nipA + ",Dinas Contoh\n"),
			wrong:   []string{"data A1", "data B1", "data C1"},
			reasons: cells{"data D1": "kesalahan: Baris pertama tidak berisi nama kolom"},
			mend:    cells{"data A1": "nama", "data B1": "nip", "data C1": "unit"},
		},
		"a sheet without a header": {
			name:    "a.xlsx",
			file:    workbook(t, map[string][][]any{"peserta": {}, "pelatihan": {{"kode", "judul", "mulai", "selesai"}, {"PL-1", "Contoh", "1/6/2026", "2/6/2026"}}}),
			reasons: cells{"peserta A1": "kesalahan: Lembar ini kosong."},
			mend:    cells{"peserta A1": "kode", "peserta B1": "nip"},
		},
	}
	for name, test := range tests {
		t.Run(name, test.run)
	}
}

// A file that comes again with other errors shows those, and not the ones before.
func TestMarkAgain(t *testing.T) {
	file := []byte(peserta + "PL-1,1\n,2\n")
	marked := mark(t, "a.csv", file, check("a.csv", file))
	half := edit(t, marked, func(file *excelize.File) { set(t, file, "peserta", "B2", nipA) })
	again := mark(t, "a.xlsx", half, check("a.xlsx", half))
	if diff := cmp.Diff([]string{"peserta A3", "peserta B3"}, coloured(t, again)); diff != "" {
		t.Error(diff)
	}
	if got := value(t, again, "peserta", "C2") + value(t, again, "peserta", "D1"); got != "" {
		t.Errorf("there is still %q", got)
	}
}

func TestMarkKeepsTheRest(t *testing.T) {
	file := edit(t, template(t, "id", "singkat"), func(file *excelize.File) {
		set(t, file, "peserta", "A2", "PL-1")
		set(t, file, "peserta", "B2", "1")
	})
	marked, err := excelize.OpenReader(bytes.NewReader(mark(t, "a.xlsx", file, check("a.xlsx", file))))
	if err != nil {
		t.Fatal(err)
	}
	comments, err := marked.GetComments("pegawai")
	if err != nil || len(comments) != 7 {
		t.Errorf("there are %d notes, %v", len(comments), err)
	}
	id, err := marked.GetCellStyle("peserta", "B2")
	if err != nil {
		t.Fatal(err)
	}
	if style, err := marked.GetStyle(id); err != nil || style.NumFmt != 49 {
		t.Errorf("the wrong cell is no longer text: %v", err)
	}
	if shown := marked.GetSheetName(marked.GetActiveSheetIndex()); shown != "peserta" {
		t.Errorf("it opens at %s", shown)
	}
}

// What was not read as a formula does not come back as one.
func TestMarkMakesNoFormulas(t *testing.T) {
	file := []byte("nip,nama,unit,jabatan\n1,'=1+1,''=2,=3\n")
	read, err := sheet.Read(mark(t, "a.csv", file, check("a.csv", file)))
	if err != nil {
		t.Fatal(err)
	}
	var got []sheet.Cell
	for column := range 4 {
		got = append(got, read[0].Rows[1].Cell(column))
	}
	if diff := cmp.Diff([]sheet.Cell{{Value: "1"}, {Value: "=1+1"}, {Value: "'=2"}, {Value: "=3"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMarkRefuses(t *testing.T) {
	for _, file := range []string{"", "%PDF-1.7", peserta + "\"PL-1"} {
		_, err := roster.Mark("a", []byte(file), roster.Errors{{Row: 1}}, say(t, "id"))
		if _, ok := errors.AsType[*sheet.Unreadable](err); !ok {
			t.Errorf("Mark gives %v for %q", err, file)
		}
	}
}

// Errors beyond the limit are told with the file.
func TestMarkTellsOfMore(t *testing.T) {
	file := []byte(peserta + strings.Repeat("PL-1,1\n", 1234))
	marked := mark(t, "a.csv", file, check("a.csv", file))
	if got := value(t, marked, "peserta", "C1"); got != "kesalahan: Masih ada 234 kesalahan lain." {
		t.Errorf("the header says %q", got)
	}
	if got := len(coloured(t, marked)); got != 1000 {
		t.Errorf("%d cells are coloured", got)
	}
}

// check is what an import says of a file before it asks the database.
func check(name string, data []byte) error {
	read, err := roster.Parse(name, data)
	if err == nil {
		_, err = roster.Merge(read)
	}
	return err
}

func mark(t *testing.T, name string, data []byte, err error) []byte {
	t.Helper()
	faults, ok := errors.AsType[roster.Errors](err)
	if !ok {
		t.Fatalf("there is nothing to mark: %v", err)
	}
	marked, err := roster.Mark(name, data, faults, say(t, "id"))
	if err != nil {
		t.Fatal(err)
	}
	return marked
}

func set(t *testing.T, file *excelize.File, sheet, cell, text string) {
	t.Helper()
	var value any = text
	if text == "" {
		value = nil
	}
	if err := errors.Join(file.SetCellFormula(sheet, cell, ""), file.SetCellValue(sheet, cell, value)); err != nil {
		t.Fatal(err)
	}
}

func value(t *testing.T, workbook []byte, sheet, cell string) string {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		t.Fatal(err)
	}
	value, err := file.GetCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// coloured are the cells that have a fault's colour, as "sheet cell", sorted.
func coloured(t *testing.T, workbook []byte) []string {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range file.GetSheetList() {
		rows, err := file.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for row := range rows {
			for column := range 10 {
				cell, err := excelize.CoordinatesToCellName(column+1, row+1)
				if err != nil {
					t.Fatal(err)
				}
				id, err := file.GetCellStyle(name, cell)
				if err != nil {
					t.Fatal(err)
				}
				style, err := file.GetStyle(id)
				if err != nil {
					t.Fatal(err)
				}
				if slices.Contains(style.Fill.Color, "FFC7CE") {
					found[name+" "+cell] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

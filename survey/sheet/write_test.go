package sheet_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"pascalatih/survey/sheet"
)

func TestWriteEntries(t *testing.T) {
	long := strings.Repeat("a", 32_766)
	tests := map[string]struct {
		entry sheet.Entry
		shown string
		kind  excelize.CellType
	}{
		"text":                           {entry: sheet.Words("Contoh"), shown: "Contoh", kind: excelize.CellTypeInlineString},
		"an NIP":                         {entry: sheet.Words("198503152010011001"), shown: "198503152010011001", kind: excelize.CellTypeInlineString},
		"a formula":                      {entry: sheet.Words("=1+1"), shown: "=1+1", kind: excelize.CellTypeInlineString},
		"a telephone number":             {entry: sheet.Words("+62 812"), shown: "+62 812", kind: excelize.CellTypeInlineString},
		"a dash and an at sign":          {entry: sheet.Words("-@SUM(A1)"), shown: "-@SUM(A1)", kind: excelize.CellTypeInlineString},
		"an apostrophe":                  {entry: sheet.Words("'=1"), shown: "'=1", kind: excelize.CellTypeInlineString},
		"what looks like an escape":      {entry: sheet.Words("_x0041_"), shown: "_x0041_", kind: excelize.CellTypeInlineString},
		"markup":                         {entry: sheet.Words(`<b>&"'`), shown: `<b>&"'`, kind: excelize.CellTypeInlineString},
		"several lines":                  {entry: sheet.Prose(" satu\ndua\r\n"), shown: " satu\ndua\r\n", kind: excelize.CellTypeInlineString},
		"text that just fits":            {entry: sheet.Words(long + "b"), shown: long + "b", kind: excelize.CellTypeInlineString},
		"text that does not fit":         {entry: sheet.Words(long + "bc"), shown: long + "…", kind: excelize.CellTypeInlineString},
		"an emoji that does not fit":     {entry: sheet.Prose(long + "😀"), shown: long + "…", kind: excelize.CellTypeInlineString},
		"a number":                       {entry: sheet.Amount("4"), shown: "4", kind: excelize.CellTypeUnset},
		"a number below zero":            {entry: sheet.Amount("-12.5"), shown: "-12.5", kind: excelize.CellTypeUnset},
		"a number with too many digits":  {entry: sheet.Amount("123456789012345.678901"), shown: "123456789012345.678901", kind: excelize.CellTypeInlineString},
		"a number that begins with zero": {entry: sheet.Amount("007"), shown: "007", kind: excelize.CellTypeInlineString},
		"no number":                      {entry: sheet.Amount("=1"), shown: "=1", kind: excelize.CellTypeInlineString},
		"a date":                         {entry: sheet.Day("2026-06-27"), shown: "2026-06-27", kind: excelize.CellTypeUnset},
		"an old date":                    {entry: sheet.Day("1900-02-28"), shown: "1900-02-28", kind: excelize.CellTypeInlineString},
		"no date":                        {entry: sheet.Day("27 Juni"), shown: "27 Juni", kind: excelize.CellTypeInlineString},
		"nothing":                        {entry: sheet.Words(""), shown: "", kind: excelize.CellTypeUnset},
	}
	var rows [][]sheet.Entry
	names := slices.Sorted(maps.Keys(tests))
	for _, name := range names {
		rows = append(rows, []sheet.Entry{tests[name].entry})
	}
	file := open(t, write(t, "data", []string{"kolom"}, rows...))
	for n, name := range names {
		t.Run(name, func(t *testing.T) {
			test, cell := tests[name], fmt.Sprintf("A%d", n+2)
			shown, err := file.GetCellValue("data", cell)
			if err != nil || shown != test.shown {
				t.Errorf("it shows %.50q and %v, want %.50q", shown, err, test.shown)
			}
			if kind, err := file.GetCellType("data", cell); err != nil || kind != test.kind {
				t.Errorf("it is of kind %v and %v, want %v", kind, err, test.kind)
			}
			if formula, err := file.GetCellFormula("data", cell); err != nil || formula != "" {
				t.Errorf("it is the formula %q (%v)", formula, err)
			}
		})
	}
}

func TestWriteKeepsEveryText(t *testing.T) {
	odd := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@'\t\r\n ]*.*`))
	var rows [][]sheet.Entry
	for seed := range 500 { // in one workbook: opening one for each would take long
		rows = append(rows, []sheet.Entry{sheet.Words(odd.Example(seed)), sheet.Words("ujung")})
	}
	file := open(t, write(t, "data", []string{"kolom"}, rows...))
	for seed := range rows {
		text, row := odd.Example(seed), seed+2
		shown, err := file.GetCellValue("data", fmt.Sprintf("A%d", row))
		if err != nil || strings.Map(withoutControl, shown) != strings.Map(withoutControl, text) {
			t.Errorf("%q is shown as %q (%v)", text, shown, err)
		}
		if end, err := file.GetCellValue("data", fmt.Sprintf("B%d", row)); err != nil || end != "ujung" {
			t.Errorf("beside %q stands %q (%v)", text, end, err)
		}
	}
}

// withoutControl drops what no workbook can hold; it is written as U+FFFD.
func withoutControl(char rune) rune {
	if char < ' ' && char != '\t' && char != '\n' && char != '\r' || char == '\uFFFD' || char == '\uFFFE' || char == '\uFFFF' {
		return -1
	}
	return char
}

func TestWriteLinks(t *testing.T) {
	const address = "https://wa.me/?text=Yth.%20Bapak%2FIbu&a=b"
	tooLong := "https://contoh.example/" + strings.Repeat("a", 2_000)
	file := open(t, write(t, "data", []string{"tautan"},
		[]sheet.Entry{sheet.Link("Buka", address)}, []sheet.Entry{sheet.Link("Buka", tooLong)}))
	linked, target, err := file.GetCellHyperLink("data", "A2")
	if err != nil || !linked || target != address {
		t.Errorf("the link leads to %q (%v, %v)", target, linked, err)
	}
	if shown, _ := file.GetCellValue("data", "A2"); shown != "Buka" {
		t.Errorf("the link shows %q", shown)
	}
	if linked, _, _ := file.GetCellHyperLink("data", "A3"); linked {
		t.Error("an address that is too long is a link")
	}
	if shown, _ := file.GetCellValue("data", "A3"); shown != tooLong {
		t.Errorf("an address that is too long is shown as %.50q", shown)
	}
}

func TestWriteLinksUpToALimit(t *testing.T) {
	const limit, address = 10_000, "https://contoh.example/"
	rows := make([][]sheet.Entry, limit+1)
	for n := range rows {
		rows[n] = []sheet.Entry{sheet.Link("Buka", address)}
	}
	file := open(t, write(t, "data", []string{"tautan"}, rows...))
	for row, want := range map[int]string{limit + 1: "Buka", limit + 2: address} {
		cell := fmt.Sprintf("A%d", row)
		shown, err := file.GetCellValue("data", cell)
		if err != nil || shown != want {
			t.Errorf("row %d shows %q (%v)", row, shown, err)
		}
		if linked, _, err := file.GetCellHyperLink("data", cell); err != nil || linked != (want == "Buka") {
			t.Errorf("row %d is a link: %v (%v)", row, linked, err)
		}
	}
}

func TestWriteSheets(t *testing.T) {
	w, err := sheet.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const rows = 250 // more than are measured
	steps := []error{w.Sheet("data", "nip", "catatan_yang_panjang", "n")}
	for n := range rows {
		steps = append(steps, w.Row(sheet.Words(fmt.Sprintf("%018d", n)), sheet.Words(""), sheet.Amount(fmt.Sprint(n))))
	}
	steps = append(steps, w.Sheet("kodebuku", "kolom"), w.Row(sheet.Prose(strings.Repeat("kata ", 100))))
	var out bytes.Buffer
	for _, err := range append(steps, w.Finish(&out)) {
		if err != nil {
			t.Fatal(err)
		}
	}

	tables, err := sheet.Read(out.Bytes())
	if err != nil || len(tables) != 2 || tables[0].Name != "data" || tables[1].Name != "kodebuku" {
		t.Fatalf("Read gives %d tables and %v", len(tables), err)
	}
	if got := len(tables[0].Rows); got != rows+1 {
		t.Errorf("%d rows, want %d and a header", got, rows)
	}
	want := sheet.Row{Number: rows + 1, Cells: []sheet.Cell{
		{Value: fmt.Sprintf("%018d", rows-1)}, {}, {Value: fmt.Sprint(rows - 1), Kind: sheet.Number}}}
	last := tables[0].Rows[rows]
	last.Cells[2].Date = ""
	if diff := cmp.Diff(want, last); diff != "" {
		t.Errorf("the last row (-want +got):\n%s", diff)
	}
	checkHeader(t, open(t, out.Bytes()), rows)
}

// checkHeader checks what helps one read the sheet data of three columns.
func checkHeader(t *testing.T, file *excelize.File, rows int) {
	t.Helper()
	panes, err := file.GetPanes("data")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	style, err := file.GetCellStyle("data", "A1")
	if err != nil {
		t.Fatal(err)
	}
	if looks, err := file.GetStyle(style); err != nil || looks.Font == nil || !looks.Font.Bold {
		t.Errorf("the header is not bold: %v", err)
	}
	wide := map[string]float64{"A": 20, "B": 25, "C": 8}
	for column, want := range wide {
		if got, err := file.GetColWidth("data", column); err != nil || got != want {
			t.Errorf("column %s is %v wide (%v), want %v", column, got, err, want)
		}
	}
	filter := ""
	for _, name := range file.GetDefinedName() {
		if name.Scope == "data" {
			filter = name.RefersTo
		}
	}
	if want := fmt.Sprintf("'data'!$A$1:$C$%d", rows+1); filter != want {
		t.Errorf("the filter is over %q, want %q", filter, want)
	}
}

func TestWriteRefusesNames(t *testing.T) {
	w, err := sheet.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Sheet("data/2", "kolom"); err == nil {
		t.Error("a name with a slash is taken")
	}
}

// BenchmarkWrite writes what 5,000 people answered to 40 questions.
func BenchmarkWrite(b *testing.B) {
	row := make([]sheet.Entry, 40)
	for column := range row {
		row[column] = sheet.Words("jawaban " + strings.Repeat(string(rune('a'+column%26)), column))
	}
	var header []string
	for column := range row {
		header = append(header, fmt.Sprintf("pertanyaan_%d", column))
	}
	rows := make([][]sheet.Entry, 5_000)
	for n := range rows {
		rows[n] = row
	}
	for b.Loop() {
		write(b, "data", header, rows...)
	}
}

// write is a workbook of one sheet.
func write(t testing.TB, name string, header []string, rows ...[]sheet.Entry) []byte {
	t.Helper()
	w, err := sheet.NewWriter()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Sheet(name, header...); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := w.Finish(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, workbook []byte) *excelize.File {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"pascalatih/survey/sheet"
)

func TestReadCSV(t *testing.T) {
	plain := map[int][]string{1: {"nip", "nama"}, 2: {"1", "Contoh"}}
	tests := map[string]struct {
		file string
		want map[int][]string // by row number
	}{
		"commas":                        {file: "nip,nama\n1,Contoh\n", want: plain},
		"semicolons":                    {file: "nip;nama\n1;Contoh\n", want: plain},
		"tabs":                          {file: "nip\tnama\n1\tContoh\n", want: plain},
		"a byte order mark":             {file: "\ufeffnip,nama\n1,Contoh\n", want: plain},
		"UTF-16 with its mark":          {file: "\xff\xfe" + utf16("nip\tnama\n1\tContoh\n"), want: plain},
		"line ends of Windows":          {file: "nip,nama\r\n1,Contoh\r\n", want: plain},
		"line ends of the old Mac":      {file: "nip,nama\r1,Contoh\r", want: plain},
		"no last line end":              {file: "nip,nama\n1,Contoh", want: plain},
		"spaces around":                 {file: " nip , nama\u00a0\n 1 ,\tContoh \n", want: plain},
		"NUL and invalid UTF-8":         {file: "n\x00ip,nama\n1,Con\xfftoh\n", want: plain},
		"empty rows":                    {file: "nip,nama\n\n,,\n1,Contoh\n", want: map[int][]string{1: {"nip", "nama"}, 4: {"1", "Contoh"}}},
		"quotes, and a break in a cell": {file: "nip,nama\n1,\"Contoh,\nsatu\"\n2,\"\"\"Dua\"\"\"\n", want: map[int][]string{1: {"nip", "nama"}, 2: {"1", "Contoh,\nsatu"}, 3: {"2", `"Dua"`}}},
		"a separator in the text":       {file: "nip;nama\n1;Contoh, satu\n", want: map[int][]string{1: {"nip", "nama"}, 2: {"1", "Contoh, satu"}}},
		"an escaped cell":               {file: "nip,nama\n1,'=Contoh\n2,'Contoh\n", want: map[int][]string{1: {"nip", "nama"}, 2: {"1", "=Contoh"}, 3: {"2", "'Contoh"}}},
		"rows of different lengths":     {file: "nip,nama\n1\n2,Dua,3\n", want: map[int][]string{1: {"nip", "nama"}, 2: {"1"}, 3: {"2", "Dua", "3"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tables, err := sheet.Read([]byte(test.file))
			if err != nil || len(tables) != 1 {
				t.Fatalf("Read gives %d tables and %v", len(tables), err)
			}
			if diff := cmp.Diff(test.want, values(tables[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadWorkbook(t *testing.T) {
	file := excelize.NewFile()
	set := func(cell string, value any) {
		t.Helper()
		if err := file.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	set("A2", "198503152010011001")
	set("B2", 198503152010011001)
	set("C2", time.Date(2026, time.June, 27, 15, 30, 0, 0, time.UTC))
	set("D2", " '=teks ")
	set("E2", 81234567890)
	set("F2", true)
	set("A4", 2.5)
	set("C4", "27 Juni 2026")
	if err := file.SetCellFormula("Sheet1", "B4", "=1+1"); err != nil {
		t.Fatal(err)
	}
	if _, err := file.NewSheet("Kosong"); err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(save(t, file))
	if err != nil {
		t.Fatal(err)
	}
	want := []sheet.Table{
		{Name: "Sheet1", Rows: []sheet.Row{
			{Number: 2, Cells: []sheet.Cell{
				{Value: "198503152010011001"},
				{Value: "198503152010011000", Kind: sheet.Number},
				{Value: "46200.645833333336", Kind: sheet.Number, Date: "2026-06-27"},
				{Value: "=teks"},
				{Value: "81234567890", Kind: sheet.Number},
				{Value: "1"},
			}},
			{Number: 4, Cells: []sheet.Cell{
				{Value: "2.5", Kind: sheet.Number},
				{Kind: sheet.Formula},
				{Value: "27 Juni 2026"},
			}},
		}},
		{Name: "Kosong"},
	}
	if diff := cmp.Diff(want, tables); diff != "" {
		t.Error(diff)
	}
	if empty := tables[0].Rows[0].Cell(99); empty != (sheet.Cell{}) {
		t.Errorf("beyond the last cell there is %v", empty)
	}
}

func TestDatesSince1904(t *testing.T) {
	file := excelize.NewFile()
	since1904 := true
	if err := file.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904}); err != nil {
		t.Fatal(err)
	}
	if err := file.SetCellValue("Sheet1", "A1", 46200-1462); err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(save(t, file))
	if err != nil {
		t.Fatal(err)
	}
	if got := tables[0].Rows[0].Cell(0).Date; got != "2026-06-27" {
		t.Errorf("the date is %s", got)
	}
}

func TestReadRefuses(t *testing.T) {
	protected := excelize.NewFile()
	var locked bytes.Buffer
	if err := protected.Write(&locked, excelize.Options{Password: "rahasia"}); err != nil {
		t.Fatal(err)
	}
	whole := save(t, excelize.NewFile())
	tests := map[string]struct {
		file   []byte
		reason string // part of it, in Indonesian
	}{
		"nothing":                       {file: nil, reason: "kosong"},
		"only spaces":                   {file: []byte(" \r\n\t"), reason: "kosong"},
		"an old workbook":               {file: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), reason: ".xls"},
		"a protected workbook":          {file: locked.Bytes(), reason: "kata sandi"},
		"a PDF":                         {file: []byte("%PDF-1.7 and so on"), reason: "PDF"},
		"a picture":                     {file: append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 500)...), reason: "bukan tabel"},
		"half a workbook":               {file: whole[:len(whole)/2], reason: "rusak"},
		"a zip of something else":       {file: []byte("PK\x03\x04 and so on"), reason: "rusak"},
		"quotes that do not end":        {file: []byte("nip,nama\n1,\"Contoh\n2,Dua\n"), reason: "baris 2"},
		"quotes in the midst of a cell": {file: []byte("nip,nama\n1,Contoh \"Satu\"\n"), reason: "baris 2"},
		"noise":                         {file: noise(5000), reason: "bukan tabel"},
		"more than 20 MB of noise":      {file: noise(sheet.MaxBytes + 1), reason: "20 MB"},
		"macros":                        {file: workbookHolding(t, "xl/vbaProject.bin"), reason: "makro"},
		"macros of the old kind":        {file: workbookHolding(t, `xl\macrosheets\sheet1.xml`), reason: "makro"},
		"a workbook that says it may":   {file: workbookDeclaring(t, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), reason: "makro"},
		"cells in a far column each":    {file: workbookAcross(t, 5000), reason: "terlalu besar"},
		"a sheet in another encoding":   {file: workbookEncoded(t, "iso-8859-1"), reason: "rusak"},
		"a CSV file of many cells":      {file: []byte(strings.Repeat(",", 500_000)), reason: "terlalu besar"},
		"a CSV file of many columns":    {file: []byte("nip" + strings.Repeat(",", 100)), reason: "terlalu besar"},
		"a CSV file of many rows":       {file: []byte(strings.Repeat("1\n", 100_001)), reason: "terlalu besar"},
		"a cell in the last column":     {file: workbookWith(t, "XFD1"), reason: "terlalu besar"},
		"a cell in the last row":        {file: workbookWith(t, "A1048576"), reason: "terlalu besar"},
		"merged cells without end":      {file: workbookMerged(t, 101), reason: "terlalu besar"},
		"more than the unzip limit":     {file: workbookOf(t, 65<<20), reason: "setelah dibuka"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sheet.Read(test.file)
			refused, ok := errors.AsType[*sheet.Unreadable](err)
			if !ok {
				t.Fatalf("Read gives %v, want it refused", err)
			}
			if !strings.Contains(refused.Reason.In("id"), test.reason) || refused.Reason["en"] == "" {
				t.Errorf("the reason is %v, want one with %q", refused.Reason, test.reason)
			}
		})
	}
}

// What a change leaves alone stays in the workbook.
func TestEdit(t *testing.T) {
	file := excelize.NewFile()
	if err := errors.Join(file.SetCellValue("Sheet1", "A1", "nip"), file.SetCellFormula("Sheet1", "B1", "=A1")); err != nil {
		t.Fatal(err)
	}
	edited, err := sheet.Edit(save(t, file), func(file *excelize.File) error {
		return file.SetCellValue("Sheet1", "C1", "nama")
	})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := sheet.Read(edited)
	if err != nil {
		t.Fatal(err)
	}
	want := []sheet.Table{{Name: "Sheet1", Rows: []sheet.Row{
		{Number: 1, Cells: []sheet.Cell{{Value: "nip"}, {Kind: sheet.Formula}, {Value: "nama"}}},
	}}}
	if diff := cmp.Diff(want, tables); diff != "" {
		t.Error(diff)
	}
}

func TestEditRefuses(t *testing.T) {
	tests := map[string]struct {
		file   []byte
		change func(*excelize.File) error
	}{
		"what is no workbook":          {file: []byte("nip,nama\n"), change: func(*excelize.File) error { return nil }},
		"what is too large":            {file: workbookWith(t, "XFD1"), change: func(*excelize.File) error { return nil }},
		"what breaks while it changes": {file: save(t, excelize.NewFile()), change: func(*excelize.File) error { panic("odd") }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sheet.Edit(test.file, test.change)
			if _, ok := errors.AsType[*sheet.Unreadable](err); !ok {
				t.Errorf("Edit gives %v, want it refused", err)
			}
		})
	}
}

func TestEscape(t *testing.T) {
	tests := map[string]string{
		"": "", "teks": "teks", "a=b": "a=b", "'kutip": "'kutip", "'": "'",
		"=1+1": "'=1+1", "+62": "'+62", "-": "'-", "@nama": "'@nama", "\tx": "'\tx", "\rx": "'\rx",
		"'=1": "''=1", "''@": "'''@",
	}
	for text, want := range tests {
		if got := sheet.Escape(text); got != want {
			t.Errorf("Escape(%q) gives %q, want %q", text, got, want)
		}
	}
}

func TestUnescapeGivesBackEveryText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`'*[=+\-@\t\r]?.*`)).Draw(t, "text")
		escaped := sheet.Escape(text)
		if got := sheet.Unescape(escaped); got != text {
			t.Fatalf("%q escapes to %q, which gives back %q", text, escaped, got)
		}
		if strings.ContainsAny(escaped[:min(1, len(escaped))], "=+-@\t\r") {
			t.Fatalf("%q begins like a formula", escaped)
		}
	})
}

// values are a table's by row number.
func values(table sheet.Table) map[int][]string {
	all := map[int][]string{}
	for _, row := range table.Rows {
		for _, cell := range row.Cells {
			all[row.Number] = append(all[row.Number], cell.Value)
		}
	}
	return all
}

func utf16(ascii string) string {
	return strings.Join(strings.Split(ascii, ""), "\x00") + "\x00"
}

// workbookWith claims one cell far away, in a few hundred bytes.
func workbookWith(t *testing.T, cell string) []byte {
	t.Helper()
	cells := `<worksheet><sheetData><row><c r="` + cell + `" t="str"><v>jauh</v></c></row></sheetData></worksheet>`
	return repack(t, save(t, excelize.NewFile()), map[string][]byte{"xl/worksheets/sheet1.xml": []byte(cells)})
}

// workbookAcross has one cell in the hundredth column of each of n rows.
func workbookAcross(t *testing.T, n int) []byte {
	t.Helper()
	cells := `<worksheet><sheetData>` + strings.Repeat(`<row><c r="CV1"><v>1</v></c></row>`, n) + `</sheetData></worksheet>`
	return repack(t, save(t, excelize.NewFile()), map[string][]byte{"xl/worksheets/sheet1.xml": []byte(cells)})
}

func workbookEncoded(t *testing.T, encoding string) []byte {
	t.Helper()
	cells := `<?xml version="1.0" encoding="` + encoding + `"?><worksheet><sheetData/></worksheet>`
	return repack(t, save(t, excelize.NewFile()), map[string][]byte{"xl/worksheets/sheet1.xml": []byte(cells)})
}

func workbookHolding(t *testing.T, part string) []byte {
	t.Helper()
	file := excelize.NewFile()
	file.Pkg.Store(part, []byte("isi"))
	return save(t, file)
}

func workbookDeclaring(t *testing.T, contentType string) []byte {
	t.Helper()
	whole := save(t, excelize.NewFile())
	types := string(part(t, whole, "[Content_Types].xml"))
	types = strings.ReplaceAll(types, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", contentType)
	return repack(t, whole, map[string][]byte{"[Content_Types].xml": []byte(types)})
}

// noise are bytes as they come, always the same.
func noise(size int) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{}).Read(data)
	return data
}

func workbookMerged(t *testing.T, n int) []byte {
	t.Helper()
	file := excelize.NewFile()
	for row := 1; row <= n; row++ {
		if err := file.MergeCell("Sheet1", fmt.Sprintf("A%d", row), fmt.Sprintf("B%d", row)); err != nil {
			t.Fatal(err)
		}
	}
	return save(t, file)
}

// workbookOf is a workbook with that many bytes of something that packs well.
func workbookOf(t *testing.T, size int) []byte {
	t.Helper()
	file := excelize.NewFile()
	file.Pkg.Store("xl/media/image1.bin", make([]byte, size))
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

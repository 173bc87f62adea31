package sheet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"pascalatih/survey/sheet"
)

// Programs write the same cells in many ways.
func TestReadCells(t *testing.T) {
	tests := map[string]struct {
		cells string // the rows, as they lie in the file
		want  []sheet.Row
	}{
		"no addresses":          {`<row><c><v>1</v></c><c t="str"><v>dua</v></c></row><row><c><v>3</v></c></row>`, []sheet.Row{row(1, whole("1"), words("dua")), row(2, whole("3"))}},
		"gaps":                  {`<row r="3"><c r="B3" t="str"><v>dua</v></c></row>`, []sheet.Row{row(3, sheet.Cell{}, words("dua"))}},
		"empty ones with looks": {`<row r="1"><c r="A1" t="str"><v>satu</v></c><c r="B1" s="1"/></row><row r="2"><c r="A2" s="1"/></row>`, []sheet.Row{row(1, words("satu"))}},
		"text in the cell":      {`<row><c t="inlineStr"><is><t>satu</t></is></c></row>`, []sheet.Row{row(1, words("satu"))}},
		"text in runs":          {`<row><c t="inlineStr"><is><r><t>sa</t></r><r><t xml:space="preserve">tu </t></r><rPh><t>x</t></rPh></is></c></row>`, []sheet.Row{row(1, words("satu"))}},
		"shared text":           {`<row><c t="s"><v>0</v></c></row>`, []sheet.Row{row(1, words("bersama"))}},
		"what XML cannot hold":  {`<row><c t="inlineStr"><is><t>a_x000A_b_x005F_x0041_</t></is></c></row>`, []sheet.Row{row(1, words("a\nb_x0041_"))}},
		"half a character":      {`<row><c t="inlineStr"><is><t>a_xD83D_</t></is></c></row>`, []sheet.Row{row(1, words("a_xD83D_"))}},
		"an error":              {`<row><c t="e"><v>#N/A</v></c></row>`, []sheet.Row{row(1, sheet.Cell{Value: "#N/A", Kind: sheet.Formula})}},
		"a shared formula":      {`<row><c><f t="shared" si="0"/><v>2</v></c></row>`, []sheet.Row{row(1, sheet.Cell{Value: "2", Kind: sheet.Formula})}},
		"a date as such":        {`<row><c t="d"><v>2026-06-27T00:00:00</v></c></row>`, []sheet.Row{row(1, sheet.Cell{Value: "2026-06-27T00:00:00", Kind: sheet.Number, Date: "2026-06-27"})}},
		"other names":           {`<x:row xmlns:x="urn:x"><x:c t="str"><x:v>satu</x:v></x:c></x:row>`, []sheet.Row{row(1, words("satu"))}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tables, err := sheet.Read(workbookOfCells(t, test.cells))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]sheet.Table{{Name: "Sheet1", Rows: test.want}}, tables); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRefusesCells(t *testing.T) {
	tests := map[string]string{
		"a text that is not there":    `<row><c t="s"><v>99</v></c></row>`,
		"a text before the first one": `<row><c t="s"><v>-1</v></c></row>`,
		"rows back and forth":         `<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`,
		"a row twice":                 `<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`,
		"a cell that does not end":    `<row><c><v>1</c></row>`,
	}
	for name, cells := range tests {
		t.Run(name, func(t *testing.T) {
			if tables, err := sheet.Read(workbookOfCells(t, cells)); err == nil {
				t.Errorf("read %v", tables)
			}
		})
	}
}

// Some programs give a part's whole name where others give it from its folder.
func TestReadFindsSheets(t *testing.T) {
	whole := workbookOfCells(t, `<row><c t="s"><v>0</v></c></row>`)
	relations := string(part(t, whole, "xl/_rels/workbook.xml.rels"))
	for name, change := range map[string]*strings.Replacer{
		"from the root": strings.NewReplacer(`Target="/xl/`, `Target="/xl/`, `Target="`, `Target="/xl/`),
		"from a folder": strings.NewReplacer(`Target="/xl/`, `Target="`),
		"in capitals":   strings.NewReplacer("worksheets/sheet1.xml", "Worksheets/Sheet1.xml"),
	} {
		t.Run(name, func(t *testing.T) {
			tables, err := sheet.Read(repack(t, whole, map[string][]byte{"xl/_rels/workbook.xml.rels": []byte(change.Replace(relations))}))
			if err != nil || len(tables) != 1 || len(tables[0].Rows) != 1 {
				t.Errorf("read %v, %v", tables, err)
			}
		})
	}
}

func workbookOfCells(t *testing.T, rows string) []byte {
	t.Helper()
	file := excelize.NewFile()
	if err := file.SetCellValue("Sheet1", "A1", "bersama"); err != nil {
		t.Fatal(err)
	}
	cells := `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
	return repack(t, save(t, file), map[string][]byte{"xl/worksheets/sheet1.xml": []byte(cells)})
}

func row(number int, cells ...sheet.Cell) sheet.Row { return sheet.Row{Number: number, Cells: cells} }

func words(value string) sheet.Cell { return sheet.Cell{Value: value} }

func whole(value string) sheet.Cell {
	return sheet.Cell{Value: value, Kind: sheet.Number}
}

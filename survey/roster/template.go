package roster

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/text"
)

// The formats that spreadsheet programs know by number.
const (
	asWhole = 1
	asText  = 49
)

// templateRows is how many rows of the template offer lists.
const templateRows = 20_001

// Template is an empty roster workbook for people to fill in: every column has a
// note on what belongs there, numbers of persons and phones are text, and where
// it is natural a cell offers a list, which does not keep anybody from writing
// something else. The sheet contoh shows how it is filled in. Plans are the keys
// that rencana offers.
func Template(say text.Phrases, plans ...string) ([]byte, error) {
	file := excelize.NewFile()
	defer file.Close() // holds nothing open: all is in memory
	t := template{file: file, say: say, plans: plans}
	if err := t.fill(); err != nil {
		return nil, fmt.Errorf("making the roster template: %w", err)
	}
	written, err := file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("writing the roster template: %w", err)
	}
	return written.Bytes(), nil
}

type template struct {
	file   *excelize.File
	say    text.Phrases
	plans  []string
	header int // the header's style
}

func (t *template) fill() error {
	if err := t.file.SetDocProps(&excelize.DocProperties{Creator: "Pascalatih"}); err != nil {
		return err
	}
	var err error
	t.header, err = t.file.NewStyle(&excelize.Style{
		NumFmt: asText,
		Font:   &excelize.Font{Family: "Calibri", Size: 11, Bold: true},
		Fill:   excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDEBF7"}},
	})
	if err != nil {
		return err
	}
	for _, l := range layouts() {
		if err := t.addSheet(l); err != nil {
			return fmt.Errorf("adding the sheet %s: %w", l.name, err)
		}
	}
	if err := t.addExample(); err != nil {
		return fmt.Errorf("adding the sheet %s: %w", exampleSheet, err)
	}
	return t.file.DeleteSheet("Sheet1") // the one that a new file has
}

func (t *template) addSheet(l layout) error {
	if _, err := t.file.NewSheet(l.name); err != nil {
		return err
	}
	for i, c := range l.columns {
		letters, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := t.addColumn(l, c, letters); err != nil {
			return fmt.Errorf("adding the column %s: %w", c.name, err)
		}
	}
	if err := t.freezeHeader(l.name); err != nil {
		return err
	}
	// Spreadsheet programs would mark every NIP as a number that was stored as text.
	return t.file.AddIgnoredErrors(l.name, fmt.Sprintf("A1:H%d", templateRows), excelize.IgnoredErrorsNumberStoredAsText)
}

func (t *template) addColumn(l layout, c column, letters string) error {
	format := &excelize.Style{NumFmt: asText}
	switch c.name {
	case "mulai", "selesai", "dari", "sampai":
		date := "dd/mm/yyyy"
		format = &excelize.Style{CustomNumFmt: &date}
	case "jp":
		format = &excelize.Style{NumFmt: asWhole}
	}
	style, err := t.file.NewStyle(format)
	if err != nil {
		return err
	}
	if err := t.file.SetColStyle(l.name, letters, style); err != nil {
		return err
	}
	if err := t.file.SetColWidth(l.name, letters, letters, columnWidth(c.name)); err != nil {
		return err
	}
	cell := letters + "1"
	if err := t.file.SetCellStr(l.name, cell, c.name); err != nil {
		return err
	}
	if err := t.file.SetCellStyle(l.name, cell, cell, t.header); err != nil {
		return err
	}
	if err := t.file.AddComment(l.name, t.note(l, c, cell)); err != nil {
		return err
	}
	return t.offer(l.name, c.name, letters)
}

// note says what belongs into a column.
func (t *template) note(l layout, c column, cell string) excelize.Comment {
	need := t.say.Say("document.note.optional", nil)
	if c.required {
		need = t.say.Say("document.note.required", nil)
	}
	return excelize.Comment{
		Author: "Pascalatih",
		Cell:   cell,
		Text:   need + " " + t.say.Say("document.note."+l.name+"."+c.name, nil),
		Width:  320,
		Height: 110,
	}
}

// offer gives a column's cells a list to choose from, where there is one.
func (t *template) offer(sheet, column, letters string) error {
	list := excelize.NewDataValidation(true)
	list.SetSqref(fmt.Sprintf("%s2:%s%d", letters, letters, templateRows))
	var choices []string
	switch sheet + "." + column {
	case "peserta.kode":
		list.SetSqrefDropList(fmt.Sprintf("pelatihan!$A$2:$A$%d", templateRows))
		return t.file.AddDataValidation(sheet, list)
	case "pegawai.golongan":
		choices = []string{"I/a", "I/b", "I/c", "I/d", "II/a", "II/b", "II/c", "II/d",
			"III/a", "III/b", "III/c", "III/d", "IV/a", "IV/b", "IV/c", "IV/d", "IV/e"}
	case "pelatihan.jenis":
		choices = []string{"kepemimpinan", "manajerial", "teknis", "fungsional", "sosial kultural", "bimbingan teknis", "seminar", "lokakarya"}
	case "pelatihan.rencana":
		choices = t.plans
	case "unit.zona":
		choices = []string{"WIB", "WITA", "WIT"}
	case "unit.hari_kerja":
		choices = []string{"Senin-Jumat", "Senin-Sabtu"}
	}
	if len(choices) == 0 {
		return nil
	}
	if err := list.SetDropList(choices); err != nil {
		return err
	}
	return t.file.AddDataValidation(sheet, list)
}

func (t *template) freezeHeader(sheet string) error {
	return t.file.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func columnWidth(column string) float64 {
	switch column {
	case "nip", "atasan_nip":
		return 22
	case "nama", "unit", "jabatan", "judul", "penyelenggara", "keterangan":
		return 36
	}
	return 16
}

// addExample shows the sheets filled in, one below the other. The people in it
// are made up.
func (t *template) addExample() error {
	if _, err := t.file.NewSheet(exampleSheet); err != nil {
		return err
	}
	words, err := t.file.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return err
	}
	if err := t.file.SetColStyle(exampleSheet, "A:H", words); err != nil {
		return err
	}
	if err := t.file.SetColWidth(exampleSheet, "A", "H", columnWidth("nip")); err != nil {
		return err
	}
	if err := t.file.SetCellStr(exampleSheet, "A1", t.say.Say("document.example.title", nil)); err != nil {
		return err
	}
	row := 3
	for _, l := range layouts() {
		heading := t.say.Say("document.example.sheet", map[string]any{"Sheet": l.name})
		if err := t.file.SetCellStr(exampleSheet, fmt.Sprintf("A%d", row), heading); err != nil {
			return err
		}
		if err := t.addExampleRows(row+1, append([][]string{l.names()}, exampleRows(l.name)...)); err != nil {
			return err
		}
		row += 3 + len(exampleRows(l.name))
	}
	return nil
}

// addExampleRows writes a header and what stands below it.
func (t *template) addExampleRows(first int, rows [][]string) error {
	for i, values := range rows {
		if err := t.file.SetSheetRow(exampleSheet, fmt.Sprintf("A%d", first+i), &values); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(rows[0]), first)
	if err != nil {
		return err
	}
	return t.file.SetCellStyle(exampleSheet, fmt.Sprintf("A%d", first), last, t.header)
}

func exampleRows(sheet string) [][]string {
	switch sheet {
	case "pegawai":
		return [][]string{
			{"111111111111111111", "Contoh Satu", "Dinas Contoh", "Kepala Bidang Contoh", "IV/a", "081200000001", ""},
			{"222222222222222222", "Contoh Dua", "Dinas Contoh", "Analis Contoh", "III/b", "081200000002", "111111111111111111"},
		}
	case "pelatihan":
		return [][]string{
			{"PEL-01", "Pelatihan Contoh", "teknis", "Badan Contoh", "25/06/2026", "27/06/2026", "24", "singkat"},
		}
	case "unit":
		return [][]string{{"Dinas Contoh", "WITA", "Senin-Sabtu"}}
	case "jam_kerja":
		return [][]string{{"01/09/2026", "05/09/2026", "08:00", "14:00", "Pekan contoh"}}
	}
	return [][]string{{"PEL-01", "222222222222222222"}}
}

package roster

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/sheet"
	"pascalatih/survey/text"
)

// Mark gives a file back as a workbook in which what is wrong can be seen: the
// wrong cells are coloured, and a last column kesalahan holds the reasons of each
// row, or in its header those of the header, the sheet and the file. Mended, the
// workbook can be read again as it is: that column is passed over, and marks of
// an earlier time go. Of the faults only those of the file called name are
// marked. A file that cannot be read gives *sheet.Unreadable.
func Mark(name string, data []byte, faults Errors, say text.Phrases) ([]byte, error) {
	tables, err := sheet.Read(data)
	if err != nil {
		return nil, fmt.Errorf("reading the file to mark: %w", err)
	}
	above := 0 // rows that a CSV file has above its header, and the workbook has not
	if isCSV(tables) {
		above = max(firstRow(tables[0]), 1) - 1
		if data, err = workbookOf(tables[0], faults); err != nil {
			return nil, fmt.Errorf("making a workbook of a CSV file: %w", err)
		}
		if tables, err = sheet.Read(data); err != nil {
			return nil, fmt.Errorf("reading the workbook to mark: %w", err)
		}
	}
	marked, err := sheet.Edit(data, func(file *excelize.File) error {
		marks := newMarks(file, tables)
		for _, fault := range faults {
			if fault.File == "" || fault.File == name {
				fault.Row = max(fault.Row-above, 0)
				marks.add(fault, say.Language())
			}
		}
		return marks.write()
	})
	if err != nil {
		return nil, fmt.Errorf("marking a file: %w", err)
	}
	return marked, nil
}

func isCSV(tables []sheet.Table) bool { return len(tables) == 1 && tables[0].Name == "" }

// workbookOf is a CSV file as a workbook whose only sheet is called as the faults
// call it.
func workbookOf(table sheet.Table, faults Errors) ([]byte, error) {
	name := "data"
	if i := slices.IndexFunc(faults, func(fault CellError) bool { return fault.Sheet != "" }); i >= 0 {
		name = faults[i].Sheet
	}
	workbook, err := sheet.NewWriter()
	if err != nil {
		return nil, err
	}
	defer workbook.Close()
	header := []string{""}
	if len(table.Rows) > 0 {
		header = nil
		for _, cell := range table.Rows[0].Cells {
			header = append(header, sheet.Escape(cell.Value))
		}
	}
	if err := workbook.Sheet(name, header...); err != nil {
		return nil, err
	}
	for i := 1; i < len(table.Rows); i++ {
		for range table.Rows[i].Number - table.Rows[i-1].Number - 1 {
			if err := workbook.Row(); err != nil {
				return nil, err
			}
		}
		var entries []sheet.Entry
		for _, cell := range table.Rows[i].Cells {
			entries = append(entries, sheet.Words(sheet.Escape(cell.Value)))
		}
		if err := workbook.Row(entries...); err != nil {
			return nil, err
		}
	}
	var written bytes.Buffer
	if err := workbook.Finish(&written); err != nil {
		return nil, err
	}
	return written.Bytes(), nil
}

// marks are those of a file, by sheet.
type marks struct {
	file   *excelize.File
	sheets []*sheetMarks
	looks  map[look]int // the styles that were made so far
}

func newMarks(file *excelize.File, tables []sheet.Table) *marks {
	m := &marks{file: file, looks: map[look]int{}}
	for _, table := range tables {
		m.sheets = append(m.sheets, newSheetMarks(table))
	}
	return m
}

// add notes a fault with the sheet that it is about; one about the whole file, or
// about a sheet that is not there, with the first that is a roster's.
func (m *marks) add(fault CellError, language string) {
	at := slices.IndexFunc(m.sheets, func(s *sheetMarks) bool { return s.table.Name == fault.Sheet })
	if at < 0 {
		at = slices.IndexFunc(m.sheets, func(s *sheetMarks) bool { return s.is(fault.Sheet) })
	}
	if at < 0 {
		at = slices.IndexFunc(m.sheets, func(s *sheetMarks) bool { return Holds([]sheet.Table{s.table}) })
	}
	m.sheets[max(at, 0)].add(fault, language)
}

func (m *marks) write() error {
	shown := false
	for i, s := range m.sheets {
		if err := m.clear(s); err != nil {
			return fmt.Errorf("clearing the sheet %d: %w", i+1, err)
		}
		if len(s.reasons) == 0 {
			continue
		}
		if err := m.writeSheet(s); err != nil {
			return fmt.Errorf("marking the sheet %d: %w", i+1, err)
		}
		if !shown {
			m.file.SetActiveSheet(i)
			shown = true
		}
	}
	return nil
}

func (m *marks) writeSheet(s *sheetMarks) error {
	name, column := s.table.Name, s.faults+1
	letters, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return err
	}
	wrapped, err := m.file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	if err := m.file.SetColWidth(name, letters, letters, 60); err != nil {
		return err
	}
	if s.reasons[s.header] == nil {
		s.reasons[s.header] = []string{""}
	}
	for row, reasons := range s.reasons {
		cell := fmt.Sprintf("%s%d", letters, row)
		said := strings.Join(reasons, "\n")
		if row == s.header {
			said = strings.TrimSuffix(faultsColumn+": "+said, ": ")
		}
		if err := m.file.SetCellStr(name, cell, said); err != nil {
			return err
		}
		if err := m.file.SetCellStyle(name, cell, cell, wrapped); err != nil {
			return err
		}
	}
	for place := range s.wrong {
		if err := m.colour(name, place, true); err != nil {
			return err
		}
	}
	return nil
}

// clear takes away what was marked in a sheet at an earlier time: the rows that
// have a reason tell where.
func (m *marks) clear(s *sheetMarks) error {
	if s.faults == s.width {
		return nil // it was not marked before
	}
	for _, row := range s.table.Rows {
		if row.Cell(s.faults) == (sheet.Cell{}) {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(s.faults+1, row.Number)
		if err != nil {
			return err
		}
		if err := m.file.SetCellValue(s.table.Name, cell, nil); err != nil {
			return err
		}
		for column := range s.width {
			if err := m.colour(s.table.Name, place{row: row.Number, column: column}, false); err != nil {
				return err
			}
		}
	}
	return nil
}

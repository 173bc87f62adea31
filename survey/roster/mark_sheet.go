package roster

import (
	"slices"

	"github.com/xuri/excelize/v2"

	"pascalatih/survey/sheet"
)

// sheetMarks is what is wrong in a sheet.
type sheetMarks struct {
	table   sheet.Table
	header  int      // the header's row
	names   []string // of the columns
	width   int      // how many columns hold anything
	faults  int      // the column for the reasons, counted from 0
	reasons map[int][]string
	wrong   map[place]bool
}

// place is a cell; columns are counted from 0.
type place struct{ row, column int }

func newSheetMarks(table sheet.Table) *sheetMarks {
	s := &sheetMarks{
		table:   table,
		header:  max(firstRow(table), 1),
		names:   headerOf(table),
		reasons: map[int][]string{},
		wrong:   map[place]bool{},
	}
	for _, row := range table.Rows {
		for column, cell := range row.Cells {
			if cell != (sheet.Cell{}) {
				s.width = max(s.width, column+1)
			}
		}
	}
	if s.faults = slices.IndexFunc(s.names, isFaults); s.faults < 0 {
		s.faults = s.width
	}
	return s
}

// is tells whether the sheet is what a fault calls by that name, which may be by
// its columns only.
func (s *sheetMarks) is(name string) bool {
	if l, named := layoutNamed(s.table.Name); named {
		return l.name == name
	}
	l, complete, _ := recognise(s.names)
	return complete && l.name == name && sheetName(s.table.Name) != exampleSheet
}

func (s *sheetMarks) add(fault CellError, language string) {
	row := fault.Row
	if row == 0 {
		row = s.header
	}
	said := fault.Reason.In(language)
	if fault.Column != "" {
		said = fault.Column + ": " + said
	}
	s.reasons[row] = append(s.reasons[row], said)
	for column := range s.width {
		if column != s.faults && s.isAbout(fault, row, column) {
			s.wrong[place{row, column}] = true
		}
	}
}

// isAbout tells whether a fault in a row is about the cell in a column. One that
// names no column is about the header, or about what stands under none.
func (s *sheetMarks) isAbout(fault CellError, row, column int) bool {
	name := ""
	if column < len(s.names) {
		name = s.names[column]
	}
	switch {
	case fault.Column != "":
		return name == columnName(fault.Column)
	case row == s.header:
		return fault.Row != 0
	}
	return name == "" && s.value(row, column) == fault.Value && fault.Value != ""
}

func (s *sheetMarks) value(row, column int) string {
	i, found := slices.BinarySearchFunc(s.table.Rows, row, func(r sheet.Row, number int) int { return r.Number - number })
	if !found {
		return ""
	}
	return s.table.Rows[i].Cell(column).Value
}

// faultColour is the light red in which spreadsheet programs show bad values.
const faultColour = "FFC7CE"

// look is a style with the colour of a fault, or without.
type look struct {
	style int
	wrong bool
}

// colour gives a cell the colour of a fault or takes it away. Its format stays:
// an NIP that is written anew must still be text.
func (m *marks) colour(sheet string, at place, wrong bool) error {
	cell, err := excelize.CoordinatesToCellName(at.column+1, at.row)
	if err != nil {
		return err
	}
	before, err := m.file.GetCellStyle(sheet, cell)
	if err != nil {
		return err
	}
	after, made := m.looks[look{before, wrong}]
	if !made {
		if after, err = m.restyle(before, wrong); err != nil {
			return err
		}
		m.looks[look{before, wrong}] = after
	}
	if after == before {
		return nil
	}
	return m.file.SetCellStyle(sheet, cell, cell, after)
}

func (m *marks) restyle(before int, wrong bool) (int, error) {
	style, err := m.file.GetStyle(before)
	if err != nil {
		return 0, err
	}
	switch {
	case wrong:
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{faultColour}}
	case slices.Contains(style.Fill.Color, faultColour):
		style.Fill = excelize.Fill{}
	default:
		return before, nil
	}
	return m.file.NewStyle(style)
}

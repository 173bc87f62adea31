package roster

import (
	"errors"
	"fmt"
	"slices"

	"pascalatih/survey/sheet"
)

// Parse reads a file, a workbook or a CSV file by what is in it, as ParseTables
// does. A file that cannot be read gives Errors too.
func Parse(name string, data []byte) (Roster, error) {
	tables, err := sheet.Read(data)
	if refused, ok := errors.AsType[*sheet.Unreadable](err); ok {
		return Roster{}, Errors{{File: name, Row: refused.Row, Reason: refused.Reason}}
	}
	if err != nil {
		return Roster{}, fmt.Errorf("reading a roster file: %w", err)
	}
	return ParseTables(name, tables)
}

// ParseTables reads a file's tables, as sheet.Read gave them; name is what the
// file is called in errors. The error is Errors, with everything that is wrong
// with its cells; what its rows say of each other is for Merge.
func ParseTables(name string, tables []sheet.Table) (Roster, error) {
	p := &parser{file: name}
	if len(tables) == 1 && tables[0].Name == "" {
		p.parseCSV(tables[0])
	} else {
		p.parseWorkbook(tables)
	}
	if err := p.problems.err(); err != nil {
		return Roster{}, err
	}
	return p.roster, nil
}

type parser struct {
	file     string
	roster   Roster
	problems problems
}

func (p *parser) parseCSV(table sheet.Table) {
	l, _, found := recognise(headerOf(table))
	if !found {
		p.problems.add(CellError{File: p.file, Row: firstRow(table), Reason: headerUnknown(layouts())})
		return
	}
	p.parseTable(l, table)
}

func firstRow(table sheet.Table) int {
	if len(table.Rows) == 0 {
		return 0
	}
	return table.Rows[0].Number
}

// parseWorkbook reads the sheets that it knows by their names, or the only one
// whose columns are a roster's. Others are passed over, such as one with
// instructions, unless they look like a roster beside one: a slip in a name must
// not lose a sheet.
func (p *parser) parseWorkbook(tables []sheet.Table) {
	var unnamed []sheet.Table
	seen := map[string]bool{}
	for _, table := range tables {
		l, known := layoutNamed(table.Name)
		_, complete, _ := recognise(headerOf(table))
		switch {
		case known && seen[l.name]:
			p.problems.add(CellError{File: p.file, Sheet: table.Name, Reason: sheetTwice()})
		case known:
			seen[l.name] = true
			p.parseTable(l, table)
		case complete && sheetName(table.Name) != exampleSheet:
			unnamed = append(unnamed, table)
		}
	}
	if len(seen) == 0 && len(unnamed) == 1 {
		l, _, _ := recognise(headerOf(unnamed[0]))
		p.parseTable(l, unnamed[0])
		return
	}
	for _, table := range unnamed {
		l, _, _ := recognise(headerOf(table))
		p.problems.add(CellError{File: p.file, Sheet: table.Name, Reason: sheetMisnamed(l.name)})
	}
	if len(seen)+len(unnamed) == 0 {
		p.problems.add(CellError{File: p.file, Reason: noSheet()})
	}
}

func (p *parser) parseTable(l layout, table sheet.Table) {
	if len(table.Rows) == 0 {
		p.problems.add(CellError{File: p.file, Sheet: l.name, Reason: sheetEmpty()})
		return
	}
	header := headerOf(table)
	p.checkHeader(l, table, header)
	columns := map[string]int{}
	for i, name := range header {
		columns[name] = i
	}
	for _, cells := range table.Rows[1:] {
		if !tells(header, cells) {
			continue
		}
		l.read(&p.roster, &row{
			at:       Place{File: p.file, Sheet: l.name, Row: cells.Number},
			cells:    cells,
			columns:  columns,
			problems: &p.problems,
		})
	}
}

// tells whether a row holds anything but the reasons that Mark wrote into it.
func tells(header []string, row sheet.Row) bool {
	for i, cell := range row.Cells {
		if cell != (sheet.Cell{}) && (i >= len(header) || !isFaults(header[i])) {
			return true
		}
	}
	return false
}

// checkHeader notes columns that are unknown, there twice, missing, or without a
// name.
func (p *parser) checkHeader(l layout, table sheet.Table, header []string) {
	at := Place{File: p.file, Sheet: l.name, Row: table.Rows[0].Number}
	for i, name := range header {
		switch {
		case name == "" || isFaults(name):
		case !slices.Contains(l.names(), name):
			p.problems.at(at, table.Rows[0].Cells[i].Value, "", unknownColumn(l.names()))
		case slices.Index(header, name) < i:
			p.problems.at(at, name, "", columnTwice())
		}
	}
	for _, c := range l.columns {
		if c.required && !slices.Contains(header, c.name) {
			p.problems.at(at, c.name, "", columnMissing())
		}
	}
	p.checkUnnamed(l, table, header)
}

// checkUnnamed notes the first cell of every column that holds something below
// an empty header.
func (p *parser) checkUnnamed(l layout, table sheet.Table, header []string) {
	noted := map[int]bool{}
	for _, cells := range table.Rows[1:] {
		for i, cell := range cells.Cells {
			named := i < len(header) && header[i] != ""
			if !named && cell != (sheet.Cell{}) && !noted[i] {
				noted[i] = true
				p.problems.at(Place{p.file, l.name, cells.Number}, "", cell.Value, columnUnnamed())
			}
		}
	}
}

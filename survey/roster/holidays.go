package roster

import (
	"slices"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// Holiday is a day off for everybody.
type Holiday struct {
	Day   time.Time // a date: midnight UTC
	Name  string
	Joint bool // a joint leave (cuti bersama), else a national holiday
}

// holidaySheet is what a CSV file of holidays is called in errors.
const holidaySheet = "libur"

// HoldsHolidays tells whether a file is a list of holidays: a sheet, or the CSV
// file, has the columns date, name and kind, or tanggal, nama and jenis.
func HoldsHolidays(tables []sheet.Table) bool {
	return slices.ContainsFunc(tables, func(table sheet.Table) bool {
		_, found := holidayColumns(headerOf(table))
		return found
	})
}

// ParseHolidays reads the lists of holidays among a file's tables, in their
// order. A day is there once. The error is Errors.
func ParseHolidays(name string, tables []sheet.Table) ([]Holiday, error) {
	var found problems
	var holidays []Holiday
	first := map[time.Time]listed{}
	for _, table := range tables {
		for _, one := range readHolidays(name, table, &found) {
			before, there := first[one.Day]
			switch {
			case !there:
				first[one.Day] = one
				holidays = append(holidays, one.Holiday)
			case before.Holiday != one.Holiday:
				found.at(one.at, one.column, one.Day.Format(time.DateOnly), saidDifferently(before.at))
			}
		}
	}
	if len(holidays) == 0 && found.total == 0 {
		found.add(CellError{File: name, Reason: noHolidays()})
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return holidays, nil
}

// listed is a holiday and where its day stands.
type listed struct {
	Holiday
	at     Place
	column string
}

// holidayNames are the columns of a list of holidays, as its header calls them.
type holidayNames struct{ day, name, kind string }

func holidayColumns(header []string) (holidayNames, bool) {
	for _, names := range []holidayNames{{"tanggal", "nama", "jenis"}, {"date", "name", "kind"}} {
		if slices.Contains(header, names.day) && slices.Contains(header, names.name) && slices.Contains(header, names.kind) {
			return names, true
		}
	}
	return holidayNames{}, false
}

// readHolidays reads a table that is a list of holidays. Other columns are for
// people.
func readHolidays(file string, table sheet.Table, found *problems) []listed {
	header := headerOf(table)
	names, ok := holidayColumns(header)
	if !ok {
		return nil
	}
	columns := map[string]int{}
	for _, name := range []string{names.day, names.name, names.kind} {
		columns[name] = slices.Index(header, name)
	}
	at := Place{File: file, Sheet: table.Name}
	if at.Sheet == "" {
		at.Sheet = holidaySheet
	}
	var holidays []listed
	for _, cells := range table.Rows[1:] {
		if !tells(header, cells) {
			continue
		}
		at.Row = cells.Number
		r := &row{at: at, cells: cells, columns: columns, problems: found}
		holiday := Holiday{Day: r.day(names.day), Name: r.requiredText(names.name), Joint: r.joint(names.kind)}
		if !r.wrong {
			holidays = append(holidays, listed{holiday, at, names.day})
		}
	}
	return holidays
}

// joint reads which of the two kinds a holiday is.
func (r *row) joint(column string) bool {
	cell, filled := r.required(column)
	if !filled {
		return false
	}
	switch columnName(cell.Value) {
	case "cuti_bersama":
		return true
	case "libur_nasional":
		return false
	}
	r.note(column, cell.Value, &Refused{wrongHoliday()})
	return false
}

func wrongHoliday() survey.Text {
	return reason("Jenis harus libur_nasional atau cuti_bersama.", "The kind must be libur_nasional or cuti_bersama.")
}

func noHolidays() survey.Text {
	return reason(
		"Belum ada hari libur di dalamnya. Mohon isi, lalu kirim lagi.",
		"There are no holidays in it yet. Please fill it in and send it again.")
}

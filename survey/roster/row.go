package roster

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"pascalatih/survey/sheet"
)

// maxLength is how many characters a cell may hold.
const maxLength = 500

// row is a row being read. Its methods read the cell of a column, and note what
// is wrong with it.
type row struct {
	at       Place
	cells    sheet.Row
	columns  map[string]int // index by name
	problems *problems
	wrong    bool // something was noted
}

func (r *row) note(column, value string, err error) {
	if refused, ok := errors.AsType[*Refused](err); ok {
		r.wrong = true
		r.problems.at(r.at, column, value, refused.Reason)
	}
}

func (r *row) has(column string) bool {
	_, there := r.columns[column]
	return there
}

// cell is a column's cell, and whether there is anything in it to be read.
func (r *row) cell(column string) (sheet.Cell, bool) {
	i, there := r.columns[column]
	if !there {
		return sheet.Cell{}, false
	}
	cell := r.cells.Cell(i)
	switch {
	case cell.Kind == sheet.Formula:
		r.note(column, cell.Value, &Refused{formulaCell()})
		return cell, false
	case utf8.RuneCountInString(cell.Value) > maxLength:
		r.note(column, cell.Value, &Refused{longCell()})
		return cell, false
	}
	return cell, cell.Value != ""
}

// required is as cell, for one that must not be empty. A column that is missing
// was noted with the header.
func (r *row) required(column string) (sheet.Cell, bool) {
	cell, filled := r.cell(column)
	if cell == (sheet.Cell{}) && r.has(column) {
		r.note(column, "", &Refused{emptyCell()})
	}
	return cell, filled
}

func (r *row) text(column string) string {
	cell, _ := r.cell(column)
	return cell.Value
}

func (r *row) requiredText(column string) string {
	cell, _ := r.required(column)
	return cell.Value
}

func (r *row) requiredNIP(column string) NIP {
	if cell, filled := r.required(column); filled {
		return r.nip(column, cell)
	}
	return NIP{}
}

func (r *row) optionalNIP(column string) NIP {
	if cell, filled := r.cell(column); filled {
		return r.nip(column, cell)
	}
	return NIP{}
}

func (r *row) nip(column string, cell sheet.Cell) NIP {
	// Excel keeps 15 digits of a number, whatever it shows of them.
	if cell.Kind == sheet.Number {
		r.note(column, cell.Value, &Refused{roundedNIP()})
		return NIP{}
	}
	nip, err := ParseNIP(cell.Value)
	r.note(column, cell.Value, err)
	return nip
}

func (r *row) phone(column string) string {
	cell, filled := r.cell(column)
	if !filled {
		return ""
	}
	phone, err := parsePhone(cell.Value)
	r.note(column, cell.Value, err)
	return phone
}

// parsePhone leaves digits with a leading + or 0 of what people write, and
// restores what a spreadsheet took away.
func parsePhone(text string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()/\u00a0\u2011\u2013'", r) {
			return -1
		}
		return r
	}, text)
	switch {
	case strings.HasPrefix(digits, "62"):
		digits = "+" + digits
	case strings.HasPrefix(digits, "8"):
		digits = "0" + digits
	}
	number := strings.TrimPrefix(digits, "+")
	if len(number) < 6 || len(number) > 15 || strings.Trim(number, "0123456789") != "" {
		return "", &Refused{wrongPhone()}
	}
	if number == digits && number[0] != '0' {
		return "", &Refused{wrongPhone()}
	}
	return digits, nil
}

func (r *row) day(column string) time.Time {
	cell, filled := r.required(column)
	if !filled {
		return time.Time{}
	}
	written := cell.Value
	if cell.Kind == sheet.Number {
		written = cell.Date
	}
	day, err := ParseDay(written)
	r.note(column, cell.Value, err)
	return day
}

func (r *row) hours(column string) Hours {
	cell, filled := r.cell(column)
	if !filled {
		return Hours{}
	}
	hours, err := ParseHours(cell.Value)
	r.note(column, cell.Value, err)
	return hours
}

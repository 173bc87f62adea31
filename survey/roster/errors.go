package roster

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"pascalatih/survey"
)

// maxErrors is how many errors are listed; of what is beyond there is the number.
const maxErrors = 1000

// CellError says what is wrong with a cell, or with a row, a sheet or a file
// where Column, Row or Sheet are empty.
type CellError struct {
	File   string
	Sheet  string
	Row    int // as a spreadsheet counts, from 1; 0 for none
	Column string
	Value  string
	Reason survey.Text
	More   int // how many errors an entry stands for that are not listed
}

// In says it in a language, in one line: file, sheet, row, column, value,
// reason. It holds what stands in the cell, so it is for people, not for logs.
func (e CellError) In(language string) string {
	sheet, row, column := "lembar %s", "baris %d", "kolom %s"
	if language == "en" {
		sheet, row, column = "sheet %s", "row %d", "column %s"
	}
	var place []string
	if e.File != "" {
		place = append(place, e.File)
	}
	if e.Sheet != "" {
		place = append(place, fmt.Sprintf(sheet, e.Sheet))
	}
	if e.Row > 0 {
		place = append(place, fmt.Sprintf(row, e.Row))
	}
	if e.Column != "" {
		place = append(place, fmt.Sprintf(column, e.Column))
	}
	if e.Value != "" {
		place = append(place, fmt.Sprintf("%q", shorten(e.Value)))
	}
	if len(place) == 0 {
		return e.Reason.In(language)
	}
	return strings.Join(place, ", ") + ": " + e.Reason.In(language)
}

// shorten keeps a value that fills a page from filling the message.
func shorten(value string) string {
	const most = 60
	if utf8.RuneCountInString(value) <= most {
		return value
	}
	return string([]rune(value)[:most]) + "…"
}

// Errors is everything that is wrong, in the order of the files. Where there is
// too much to list, the last entry has no place and says how much more there is.
type Errors []CellError

// Count is how many errors there are, listed or not.
func (e Errors) Count() int {
	count := 0
	for _, one := range e {
		count += max(1, one.More)
	}
	return count
}

// Error tells how many errors there are, without what stands in the cells: the
// lines for people are each CellError's In.
func (e Errors) Error() string {
	return fmt.Sprintf("the roster has %d errors", e.Count())
}

// problems collects errors up to the limit.
type problems struct {
	listed Errors
	total  int
}

func (p *problems) add(e CellError) {
	p.total++
	if p.total <= maxErrors {
		p.listed = append(p.listed, e)
	}
}

func (p *problems) at(place Place, column, value string, reason survey.Text) {
	p.add(CellError{File: place.File, Sheet: place.Sheet, Row: place.Row, Column: column, Value: value, Reason: reason})
}

// err is Errors, or nil where there are none.
func (p *problems) err() error {
	if p.total == 0 {
		return nil
	}
	if more := p.total - len(p.listed); more > 0 {
		return append(p.listed, CellError{Reason: andMore(more), More: more})
	}
	return p.listed
}

// Package xlsform reads and writes instruments as XLSForm: the sheets survey,
// choices and settings, as CSV files in a folder or as an .xlsx workbook.
//
// What is served:
//
//   - types note, text (with appearance multiline: long), integer, decimal, date,
//     select_one LIST, select_multiple LIST, and range with the parameters start,
//     end and step. A select_one with appearance likert is a scale, and its choice
//     names are whole numbers; one whose choices are yes and no is a yes/no
//     question.
//   - columns of survey: type, name, label, hint, required, required_message,
//     relevant, constraint, constraint_message, appearance, parameters, and our own
//     dimension and source
//   - columns of choices: list_name, name, label
//   - columns of settings: form_id, form_title, version, default_language, and our
//     own privacy and about (office: it is about no training)
//
// Texts may be given per language, as label::English (en); without a language
// they are in the default one. ${training/reaction/plan} in relevant, constraint,
// label or hint is what the person answered to the question plan of the form
// reaction about the same training. Anything else that holds a value is an error and
// never dropped. Other sheets are for people and not read.
package xlsform

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// Error is one thing that is wrong with a form, and where. Sheet is "" where it
// is about the whole file, Row is 0 where it is about a whole sheet; the row of
// the headings is 1.
type Error struct {
	Sheet  string
	Row    int
	Column string // the heading
	Value  string // what stands there
	Reason survey.Text
}

func (e Error) Error() string {
	return fmt.Sprintf("%s row %d %s %q: %s", e.Sheet, e.Row, e.Column, e.Value, e.Reason.In("en"))
}

// In says it to people in a language, in one line: sheet, row, column, value,
// reason. It holds what stands in the cell, so it is not for logs.
func (e Error) In(language string) string {
	sheet, row, column := "lembar %s", "baris %d", "kolom %s"
	if language == "en" {
		sheet, row, column = "sheet %s", "row %d", "column %s"
	}
	var place []string
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
		place = append(place, fmt.Sprintf("%q", e.Value))
	}
	if len(place) == 0 {
		return e.Reason.In(language)
	}
	return strings.Join(place, ", ") + ": " + e.Reason.In(language)
}

// Errors is everything that is wrong with a form, by sheet and row.
type Errors []Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// The sheets that are read, in the order in which errors are told.
const (
	surveySheet   = "survey"
	choicesSheet  = "choices"
	settingsSheet = "settings"
)

func sheetNames() []string { return []string{surveySheet, choicesSheet, settingsSheet} }

// Check is a further condition for a form. What is wrong is told by
// survey.Problems, which come back as Errors with their cells; any other error
// comes back as it is.
type Check func(survey.Instrument) error

// ReadFolder reads survey.csv, choices.csv and settings.csv from the root of a
// folder. What is wrong with the form is told by Errors; a file that cannot be
// opened is another error.
func ReadFolder(folder fs.FS, checks ...Check) (survey.Instrument, error) {
	r := reader{checks: checks}
	for _, name := range sheetNames() {
		content, err := fs.ReadFile(folder, name+".csv")
		if errors.Is(err, fs.ErrNotExist) {
			continue // a missing sheet is told with the other errors
		}
		if err != nil {
			return survey.Instrument{}, fmt.Errorf("read form: %w", err)
		}
		tables, err := sheet.Read(content)
		if err != nil {
			r.unreadable(name, err)
			continue
		}
		r.take(name, tables[0])
	}
	return r.instrument()
}

// ReadWorkbook reads an .xlsx file. What is wrong with it is told by Errors.
// Formulas are refused: nothing is computed, and what another program computed is
// not trusted.
func ReadWorkbook(content []byte, checks ...Check) (survey.Instrument, error) {
	r := reader{checks: checks}
	tables, err := sheet.Read(content)
	if err != nil {
		r.unreadable("", err)
		return survey.Instrument{}, r.errors
	}
	for _, table := range tables {
		if name := strings.ToLower(strings.TrimSpace(table.Name)); slices.Contains(sheetNames(), name) {
			r.take(name, table)
		}
	}
	return r.instrument()
}

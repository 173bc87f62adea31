// Package xlsform reads instruments written as XLSForm: the sheets survey,
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
//     own privacy
//
// Texts may be given per language, as label::English (en); without a language
// they are in the default one. Anything else that holds a value is an error and
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

// ReadFolder reads survey.csv, choices.csv and settings.csv from the root of a
// folder. What is wrong with the form is told by Errors; a file that cannot be
// opened is another error.
func ReadFolder(folder fs.FS) (survey.Instrument, error) {
	var r reader
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
func ReadWorkbook(content []byte) (survey.Instrument, error) {
	var r reader
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

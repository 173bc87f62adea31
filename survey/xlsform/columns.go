package xlsform

import (
	"regexp"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// column is a heading: the column's name and, of a text, the language it is in
// ("" where the heading names none).
type column struct {
	name     string
	language string
}

// table is a sheet with its headings understood.
type table struct {
	sheet    string
	headings []string // as written
	columns  []column
	rows     []sheet.Row // without the headings and without empty rows
}

// served tells which columns a sheet may have, and whether they hold texts that
// can be given per language.
func served(sheetName, name string) (known, translated bool) {
	switch sheetName {
	case surveySheet:
		switch name {
		case "label", "hint", "required_message", "constraint_message":
			return true, true
		case "type", "name", "required", "relevant", "constraint", "appearance", "parameters",
			"dimension", "source":
			return true, false
		}
	case choicesSheet:
		return name == "label" || name == "list_name" || name == "name", name == "label"
	case settingsSheet:
		switch name {
		case "form_title":
			return true, true
		case "form_id", "version", "default_language", "privacy", "about":
			return true, false
		}
	}
	return false, false
}

// needed are the columns without which a sheet cannot be read.
func needed(sheetName string) []string {
	switch sheetName {
	case surveySheet:
		return []string{"type", "name", "label"}
	case choicesSheet:
		return []string{"list_name", "name", "label"}
	}
	return []string{"form_id", "form_title", "version", "privacy"}
}

// languageName is how XLSForm names a language: English (en). The bare code is
// understood too.
var languageName = regexp.MustCompile(`^(?:.*\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)|([a-z]{2,3}))$`)

// languageCode is "en" for English (en); "" where it is no language.
func languageCode(name string) string {
	m := languageName.FindStringSubmatch(strings.TrimSpace(name))
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1] + m[2])
}

// understand reads the headings of a sheet.
func (r *reader) understand(name string, rows []sheet.Row) table {
	t := table{sheet: name}
	if len(rows) == 0 {
		return t
	}
	t.rows = rows[1:]
	for _, row := range rows { // what stands under no heading is told too
		for i := len(t.headings); i < len(row.Cells); i++ {
			t.headings = append(t.headings, rows[0].Cell(i).Value)
		}
	}
	for i, heading := range t.headings {
		name, language, translated := strings.Cut(heading, "::")
		c := column{name: strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")}
		if translated {
			c.language = languageCode(language)
		}
		known, translatable := served(t.sheet, c.name)
		switch {
		case !known || translated && !translatable:
			r.refuseColumn(t, i)
			c = column{}
		case translated && c.language == "":
			r.fail(Error{Sheet: t.sheet, Row: rows[0].Number, Column: heading, Value: heading, Reason: languageReason()})
			c = column{}
		case slices.Contains(t.columns, c):
			r.fail(Error{Sheet: t.sheet, Row: rows[0].Number, Column: heading, Value: heading, Reason: survey.Text{
				"id": "kolom ini ada dua kali", "en": "this column is there twice",
			}})
			c = column{}
		}
		t.columns = append(t.columns, c)
	}
	for _, name := range t.lacks() {
		r.fail(Error{Sheet: t.sheet, Row: rows[0].Number, Column: name, Reason: survey.Text{
			"id": "kolom ini tidak ada", "en": "this column is missing",
		}})
	}
	return t
}

// lacks are the needed columns that are not there; none where there is no sheet.
func (t table) lacks() []string {
	if t.headings == nil {
		return nil
	}
	return slices.DeleteFunc(needed(t.sheet), func(name string) bool {
		return slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name })
	})
}

// refuseColumn reports the first value in a column that is not served. A column
// without values, as templates have them, is nothing to report.
func (r *reader) refuseColumn(t table, at int) {
	for _, row := range t.rows {
		if value := row.Cell(at).Value; value != "" {
			r.fail(Error{Sheet: t.sheet, Row: row.Number, Column: t.headings[at], Value: value, Reason: survey.Text{
				"id": "kolom ini tidak dilayani", "en": "this column is not served",
			}})
			return
		}
	}
}

// cell is the value in a row under a column without language, "" if there is
// none.
func (t table) cell(row sheet.Row, name string) string {
	for i, c := range t.columns {
		if c == (column{name: name}) {
			return row.Cell(i).Value
		}
	}
	return ""
}

// heading is how the sheet writes a column, for telling people, or would write
// it.
func (t table) heading(name, language, defaultLanguage string) string {
	for i, c := range t.columns {
		if c.name == name && (c.language == language || c.language == "" && language == defaultLanguage) {
			return t.headings[i]
		}
	}
	if language != "" {
		return name + " (" + language + ")"
	}
	return name
}

func languageReason() survey.Text {
	return survey.Text{
		"id": "bahasa ditulis dengan kodenya, misalnya Bahasa Indonesia (id)",
		"en": "a language is written with its code, as in English (en)",
	}
}

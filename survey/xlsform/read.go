package xlsform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/expression"
	"pascalatih/survey/sheet"
)

// maxRows of a sheet: a form is small, and what is larger is a mistake or an
// attack.
const maxRows = 2000

// maxScale is how many points a range may have: 0 to 10, which still fits as
// buttons.
const maxScale = 11

// reader collects the sheets and what is wrong with them.
type reader struct {
	checks []Check
	sheets map[string][]sheet.Row
	errors Errors

	survey, choices, settings table
	settingsRow               int
	language                  string                     // the default one
	lists                     map[string][]survey.Choice // by list_name
	questionRows              []int                      // of the built questions
	questionLists             []string                   // list_name of the built questions
	choiceRows                map[string][]int           // by list_name
}

// take keeps a sheet and refuses the formulas in it.
func (r *reader) take(name string, read sheet.Table) {
	if len(read.Rows) > maxRows {
		r.fail(Error{Sheet: name, Reason: survey.Text{
			"id": fmt.Sprintf("lembar ini memuat lebih dari %d baris", maxRows),
			"en": fmt.Sprintf("this sheet has more than %d rows", maxRows),
		}})
		return
	}
	if r.sheets == nil {
		r.sheets = make(map[string][]sheet.Row)
	}
	r.sheets[name] = read.Rows
	for _, row := range read.Rows {
		for i, cell := range row.Cells {
			if cell.Kind == sheet.Formula {
				r.fail(Error{Sheet: name, Row: row.Number, Column: read.Rows[0].Cell(i).Value, Value: cell.Value,
					Reason: survey.Text{
						"id": "sel ini berisi rumus; mohon isi dengan nilainya",
						"en": "this cell holds a formula; please put its value there",
					}})
			}
		}
	}
}

// unreadable reports a file, or a sheet of a folder, that is no table.
func (r *reader) unreadable(name string, err error) {
	e := Error{Sheet: name, Reason: survey.Text{"en": err.Error()}}
	var why *sheet.Unreadable
	if errors.As(err, &why) {
		e.Row, e.Reason = why.Row, why.Reason
	}
	r.fail(e)
}

func (r *reader) fail(e Error) {
	e.Value = shortened(e.Value)
	r.errors = append(r.errors, e)
}

// instrument builds what the sheets say, checks it, and tells all errors at once.
func (r *reader) instrument() (survey.Instrument, error) {
	if r.lacksSheets() {
		return survey.Instrument{}, r.sorted()
	}
	r.survey = r.understand(surveySheet, r.sheets[surveySheet])
	r.choices = r.understand(choicesSheet, r.sheets[choicesSheet])
	r.settings = r.understand(settingsSheet, r.sheets[settingsSheet])
	if len(r.survey.lacks())+len(r.choices.lacks())+len(r.settings.lacks()) > 0 {
		return survey.Instrument{}, r.sorted()
	}
	form := r.readSettings()
	r.readChoices()
	for _, row := range r.survey.rows {
		question, list := r.readQuestion(row)
		form.Questions = append(form.Questions, question)
		r.questionRows = append(r.questionRows, row.Number)
		r.questionLists = append(r.questionLists, list)
	}
	form.Languages = r.languages()
	r.labelRanges(&form)
	if err := r.validate(form); err != nil {
		return survey.Instrument{}, err
	}
	if len(r.errors) > 0 {
		return survey.Instrument{}, r.sorted()
	}
	return form, nil
}

func (r *reader) readSettings() survey.Instrument {
	var row sheet.Row
	for i, candidate := range r.settings.rows {
		if i == 0 {
			row = candidate
			continue
		}
		r.fail(Error{Sheet: settingsSheet, Row: candidate.Number, Reason: survey.Text{
			"id": "hanya boleh ada satu baris pengaturan", "en": "there may be one row of settings only",
		}})
	}
	r.settingsRow = row.Number
	r.language = survey.FallbackLanguage
	if name := r.settings.cell(row, "default_language"); name != "" {
		r.language = languageCode(name)
		if r.language == "" {
			r.language = survey.FallbackLanguage
			r.fail(Error{Sheet: settingsSheet, Row: row.Number, Column: "default_language", Value: name, Reason: languageReason()})
		}
	}
	return survey.Instrument{
		Key:             r.settings.cell(row, "form_id"),
		Version:         r.settings.cell(row, "version"),
		Title:           r.text(r.settings, row, "form_title"),
		DefaultLanguage: r.language,
		Privacy:         survey.Privacy(r.settings.cell(row, "privacy")),
		About:           survey.About(r.settings.cell(row, "about")),
	}
}

func (r *reader) readChoices() {
	r.lists = make(map[string][]survey.Choice)
	r.choiceRows = make(map[string][]int)
	for _, row := range r.choices.rows {
		list := r.choices.cell(row, "list_name")
		if list == "" {
			r.fail(Error{Sheet: choicesSheet, Row: row.Number, Column: "list_name", Reason: survey.Text{
				"id": "nama daftar belum diisi", "en": "the name of the list is missing",
			}})
			continue
		}
		r.lists[list] = append(r.lists[list], survey.Choice{
			Name:  r.choices.cell(row, "name"),
			Label: r.text(r.choices, row, "label"),
		})
		r.choiceRows[list] = append(r.choiceRows[list], row.Number)
	}
}

func (r *reader) readQuestion(row sheet.Row) (question survey.Question, list string) {
	t := r.survey
	q := survey.Question{
		Name:              t.cell(row, "name"),
		Label:             r.text(t, row, "label"),
		Hint:              r.text(t, row, "hint"),
		Required:          r.required(row),
		RequiredMessage:   r.text(t, row, "required_message"),
		Relevant:          r.expression(row, "relevant"),
		Constraint:        r.expression(row, "constraint"),
		ConstraintMessage: r.text(t, row, "constraint_message"),
		Dimension:         survey.Dimension(t.cell(row, "dimension")),
		Source:            t.cell(row, "source"),
	}
	return r.readKind(row, q)
}

// text gathers a column's languages. A heading without language is the default
// language's.
func (r *reader) text(t table, row sheet.Row, name string) survey.Text {
	var text survey.Text
	for i, c := range t.columns {
		value := row.Cell(i).Value
		if c.name != name || value == "" {
			continue
		}
		language := c.language
		if language == "" {
			language = r.language
		}
		if text[language] != "" {
			r.fail(Error{Sheet: t.sheet, Row: row.Number, Column: t.headings[i], Value: value, Reason: survey.Text{
				"id": "teks ini ada dua kali dalam bahasa yang sama",
				"en": "this text is there twice in the same language",
			}})
			continue
		}
		if text == nil {
			text = make(survey.Text)
		}
		text[language] = value
	}
	return text
}

func (r *reader) required(row sheet.Row) bool {
	switch value := r.survey.cell(row, "required"); strings.ToLower(value) {
	case "", "no", "false", "false()", "0":
		return false
	case "yes", "true", "true()", "1":
		return true
	default:
		r.fail(Error{Sheet: surveySheet, Row: row.Number, Column: "required", Value: value, Reason: survey.Text{
			"id": "harus yes atau no", "en": "must be yes or no",
		}})
		return false
	}
}

func (r *reader) expression(row sheet.Row, name string) expression.Expression {
	source := r.survey.cell(row, name)
	if source == "" {
		return expression.Expression{}
	}
	parsed, err := expression.Parse(source)
	var wrong *expression.Error
	if errors.As(err, &wrong) {
		r.fail(Error{Sheet: surveySheet, Row: row.Number, Column: name, Value: source, Reason: survey.Text{
			"id": fmt.Sprintf("karakter %d: %s", wrong.Position, wrong.Reason["id"]),
			"en": fmt.Sprintf("character %d: %s", wrong.Position, wrong.Reason["en"]),
		}})
	}
	return parsed
}

// languages are those in which the survey or the choices have a text, the
// default one first.
func (r *reader) languages() []string {
	languages := []string{r.language}
	for _, t := range []table{r.survey, r.choices} {
		for i, c := range t.columns {
			used := slices.ContainsFunc(t.rows, func(row sheet.Row) bool { return row.Cell(i).Value != "" })
			if c.language != "" && used && !slices.Contains(languages, c.language) {
				languages = append(languages, c.language)
			}
		}
	}
	return languages
}

// validate asks survey, and who else is to be asked, what is wrong with the
// instrument and finds the cells. The error is one of asking.
func (r *reader) validate(form survey.Instrument) error {
	all := append([]Check{survey.Instrument.Validate}, r.checks...)
	for _, check := range all {
		err := check(form)
		problems, told := errors.AsType[survey.Problems](err)
		if err != nil && !told {
			return fmt.Errorf("check the form: %w", err)
		}
		r.locateAll(problems)
	}
	return nil
}

// locateAll tells problems with their cells. A cell that was found wrong already
// is not told again.
func (r *reader) locateAll(problems survey.Problems) {
	already := slices.Clone(r.errors)
	for _, problem := range problems {
		e := r.locate(problem)
		known := slices.ContainsFunc(already, func(a Error) bool {
			return a.Sheet == e.Sheet && a.Row == e.Row && a.Column == e.Column
		})
		repeated := slices.ContainsFunc(r.errors, func(a Error) bool {
			return a.Sheet == e.Sheet && a.Row == e.Row && a.Column == e.Column &&
				a.Reason["en"] == e.Reason["en"] // a list that several questions use
		})
		if !known && !repeated {
			r.fail(e)
		}
	}
}

func (r *reader) locate(p survey.Problem) Error {
	e := Error{Value: p.Value, Reason: p.Reason}
	t := r.survey
	switch ofSettings, _ := served(settingsSheet, p.Field); {
	case p.At < 0 && ofSettings:
		t, e.Row = r.settings, r.settingsRow
	case p.At < 0: // about all questions together
	case p.ChoiceAt >= 0 && r.questionLists[p.At] != "":
		t, e.Row = r.choices, r.choiceRows[r.questionLists[p.At]][p.ChoiceAt]
	default:
		e.Row = r.questionRows[p.At]
	}
	e.Sheet, e.Column = t.sheet, t.heading(p.Field, p.Language, r.language)
	return e
}

// lacksSheets reports whether a sheet is missing without which nothing can be
// said about the others. Choices may be missing where no question asks for them.
func (r *reader) lacksSheets() bool {
	lacking := false
	for _, name := range sheetNames() {
		if len(r.sheets[name]) > 0 || name == choicesSheet && !r.failed(name) {
			continue
		}
		lacking = true
		if !r.failed(name) {
			r.fail(Error{Sheet: name, Reason: survey.Text{
				"id": "lembar ini tidak ada atau kosong", "en": "this sheet is missing or empty",
			}})
		}
	}
	return lacking
}

func (r *reader) failed(sheet string) bool {
	return slices.ContainsFunc(r.errors, func(e Error) bool { return e.Sheet == sheet })
}

// sorted is all errors by sheet and row.
func (r *reader) sorted() Errors {
	slices.SortStableFunc(r.errors, func(a, b Error) int {
		if a.Sheet != b.Sheet {
			return slices.Index(sheetNames(), a.Sheet) - slices.Index(sheetNames(), b.Sheet)
		}
		return a.Row - b.Row
	})
	return r.errors
}

// shortened keeps an error readable where a cell holds a whole page.
func shortened(value string) string {
	const most = 80
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}

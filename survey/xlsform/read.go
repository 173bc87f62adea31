package xlsform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/expression"
)

// maxScale is how many points a range may have: 0 to 10, which still fits as
// buttons.
const maxScale = 11

// reader collects the sheets and what is wrong with them.
type reader struct {
	sheets map[string][][]string
	errors Errors

	survey, choices, settings table
	settingsRow               int
	language                  string                     // the default one
	lists                     map[string][]survey.Choice // by list_name
	questionRows              []int                      // of the built questions
	questionLists             []string                   // list_name of the built questions
	choiceRows                map[string][]int           // by list_name
}

func (r *reader) keep(sheet string, rows [][]string) {
	if r.sheets == nil {
		r.sheets = make(map[string][][]string)
	}
	r.sheets[sheet] = rows
}

func (r *reader) fail(e Error) {
	e.Value = shortened(e.Value)
	r.errors = append(r.errors, e)
}

// instrument builds what the sheets say, checks it, and tells all errors at once.
func (r *reader) instrument() (survey.Instrument, error) {
	for _, name := range sheetNames() {
		if rows, there := r.sheets[name]; !there || len(rows) == 0 {
			if name != choicesSheet && !r.failed(name) {
				r.fail(Error{Sheet: name, Reason: survey.Text{
					"id": "lembar ini tidak ada atau kosong", "en": "this sheet is missing or empty",
				}})
			}
		}
	}
	if len(r.errors) > 0 {
		return survey.Instrument{}, r.sorted()
	}
	r.survey = r.understand(surveySheet, r.sheets[surveySheet])
	r.choices = r.understand(choicesSheet, r.sheets[choicesSheet])
	r.settings = r.understand(settingsSheet, r.sheets[settingsSheet])

	if r.lacksColumns() {
		return survey.Instrument{}, r.sorted()
	}
	form := r.readSettings()
	r.readChoices()
	for i, row := range r.survey.rows {
		if r.survey.isEmpty(row) {
			continue
		}
		question, list := r.readQuestion(i+2, row)
		form.Questions = append(form.Questions, question)
		r.questionRows = append(r.questionRows, i+2)
		r.questionLists = append(r.questionLists, list)
	}
	form.Languages = r.languages()
	r.labelRanges(&form)
	r.validate(form)
	if len(r.errors) > 0 {
		return survey.Instrument{}, r.sorted()
	}
	return form, nil
}

func (r *reader) readSettings() survey.Instrument {
	var row []string
	for i, candidate := range r.settings.rows {
		switch {
		case r.settings.isEmpty(candidate):
		case row == nil:
			row, r.settingsRow = candidate, i+2
		default:
			r.fail(Error{Sheet: settingsSheet, Row: i + 2, Value: strings.Join(candidate, " "), Reason: survey.Text{
				"id": "hanya boleh ada satu baris pengaturan", "en": "there may be one row of settings only",
			}})
		}
	}
	r.language = survey.FallbackLanguage
	if name := r.settings.cell(row, "default_language"); name != "" {
		r.language = languageCode(name)
	}
	return survey.Instrument{
		Key:             r.settings.cell(row, "form_id"),
		Version:         r.settings.cell(row, "version"),
		Title:           r.text(r.settings, r.settingsRow, row, "form_title"),
		DefaultLanguage: r.language,
		Privacy:         survey.Privacy(r.settings.cell(row, "privacy")),
	}
}

func (r *reader) readChoices() {
	r.lists = make(map[string][]survey.Choice)
	r.choiceRows = make(map[string][]int)
	for i, row := range r.choices.rows {
		if r.choices.isEmpty(row) {
			continue
		}
		list := r.choices.cell(row, "list_name")
		if list == "" {
			r.fail(Error{Sheet: choicesSheet, Row: i + 2, Column: "list_name", Reason: survey.Text{
				"id": "nama daftar belum diisi", "en": "the name of the list is missing",
			}})
			continue
		}
		r.lists[list] = append(r.lists[list], survey.Choice{
			Name:  r.choices.cell(row, "name"),
			Label: r.text(r.choices, i+2, row, "label"),
		})
		r.choiceRows[list] = append(r.choiceRows[list], i+2)
	}
}

func (r *reader) readQuestion(number int, row []string) (question survey.Question, list string) {
	t := r.survey
	q := survey.Question{
		Name:              t.cell(row, "name"),
		Label:             r.text(t, number, row, "label"),
		Hint:              r.text(t, number, row, "hint"),
		Required:          r.required(number, row),
		RequiredMessage:   r.text(t, number, row, "required_message"),
		Relevant:          r.expression(number, row, "relevant"),
		Constraint:        r.expression(number, row, "constraint"),
		ConstraintMessage: r.text(t, number, row, "constraint_message"),
		Dimension:         survey.Dimension(t.cell(row, "dimension")),
		Source:            t.cell(row, "source"),
	}
	return r.readKind(number, row, q)
}

// text gathers a column's languages. A heading without language is the default
// language's.
func (r *reader) text(t table, number int, row []string, name string) survey.Text {
	var text survey.Text
	for i, c := range t.columns {
		if c.name != name || i >= len(row) || strings.TrimSpace(row[i]) == "" {
			continue
		}
		language := c.language
		if language == "" {
			language = r.language
		}
		if text[language] != "" {
			r.fail(Error{Sheet: t.sheet, Row: number, Column: t.headings[i], Value: row[i], Reason: survey.Text{
				"id": "teks ini ada dua kali dalam bahasa yang sama",
				"en": "this text is there twice in the same language",
			}})
			continue
		}
		if text == nil {
			text = make(survey.Text)
		}
		text[language] = strings.TrimSpace(row[i])
	}
	return text
}

func (r *reader) required(number int, row []string) bool {
	switch value := r.survey.cell(row, "required"); strings.ToLower(value) {
	case "", "no", "false", "false()", "0":
		return false
	case "yes", "true", "true()", "1":
		return true
	default:
		r.fail(Error{Sheet: surveySheet, Row: number, Column: "required", Value: value, Reason: survey.Text{
			"id": "harus yes atau no", "en": "must be yes or no",
		}})
		return false
	}
}

func (r *reader) expression(number int, row []string, name string) expression.Expression {
	source := r.survey.cell(row, name)
	if source == "" {
		return expression.Expression{}
	}
	parsed, err := expression.Parse(source)
	var wrong *expression.Error
	if errors.As(err, &wrong) {
		r.fail(Error{Sheet: surveySheet, Row: number, Column: name, Value: source, Reason: survey.Text{
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
			used := slices.ContainsFunc(t.rows, func(row []string) bool {
				return i < len(row) && strings.TrimSpace(row[i]) != ""
			})
			if c.language != "" && used && !slices.Contains(languages, c.language) {
				languages = append(languages, c.language)
			}
		}
	}
	return languages
}

// validate asks survey what is wrong with the instrument and finds the cells.
// A cell that was found wrong already is not told again.
func (r *reader) validate(form survey.Instrument) {
	var problems survey.Problems
	if !errors.As(form.Validate(), &problems) {
		return
	}
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

// lacksColumns reports whether a column is missing without which every row would
// be told to be wrong.
func (r *reader) lacksColumns() bool {
	return slices.ContainsFunc(r.errors, func(e Error) bool {
		return e.Row == 1 && slices.Contains(needed(e.Sheet), e.Column)
	})
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

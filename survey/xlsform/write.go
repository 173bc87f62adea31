package xlsform

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// WriteWorkbook writes an instrument as a form that ReadWorkbook reads the same
// instrument from, with a column for each language. One that no form can say (a
// text with spaces around it, a select_one whose choices are yes and no) is an
// error, and nothing is written.
func WriteWorkbook(out io.Writer, form survey.Instrument) error {
	var content bytes.Buffer
	if err := writeSheets(&content, form); err != nil {
		return fmt.Errorf("write the form %s: %w", form.Key, err)
	}
	read, err := ReadWorkbook(content.Bytes())
	if err == nil && read.Hash() != form.Hash() {
		err = errors.New("it holds what a form cannot say")
	}
	if err != nil {
		return fmt.Errorf("write the form %s: %w", form.Key, err)
	}
	if _, err := out.Write(content.Bytes()); err != nil {
		return fmt.Errorf("write the form %s: %w", form.Key, err)
	}
	return nil
}

func writeSheets(out io.Writer, form survey.Instrument) error {
	workbook, err := sheet.NewWriter()
	if err != nil {
		return err
	}
	lists := listsOf(form)
	for _, written := range []struct {
		name string
		rows [][]string
	}{
		{surveySheet, surveyRows(form, lists)},
		{choicesSheet, choiceRows(form, lists)},
		{settingsSheet, settingsRows(form)},
	} {
		if err := writeSheet(workbook, written.name, written.rows); err != nil {
			return errors.Join(err, workbook.Close())
		}
	}
	return errors.Join(workbook.Finish(out), workbook.Close())
}

func writeSheet(workbook *sheet.Writer, name string, rows [][]string) error {
	if err := workbook.Sheet(name, rows[0]...); err != nil {
		return err
	}
	for _, row := range rows[1:] {
		entries := make([]sheet.Entry, len(row))
		for i, value := range row {
			if sheet.Unescape(value) != value {
				value = "'" + value // which reading takes off
			}
			entries[i] = sheet.Words(value)
		}
		if err := workbook.Row(entries...); err != nil {
			return err
		}
	}
	return nil
}

// list is a list of choices that questions share.
type list struct {
	name    string // that of the first of these questions
	choices []survey.Choice
}

// listsOf are the choice lists of a form, in the order of its questions. The
// names that they had in the form it came from are not kept.
func listsOf(form survey.Instrument) []list {
	var lists []list
	for _, question := range form.Questions {
		if question.Kind.HasChoices() && listOf(lists, question) == "" {
			lists = append(lists, list{question.Name, question.Choices})
		}
	}
	return lists
}

// listOf is the name of the list with a question's choices, "" if there is none.
func listOf(lists []list, question survey.Question) string {
	at := slices.IndexFunc(lists, func(l list) bool { return reflect.DeepEqual(l.choices, question.Choices) })
	if at < 0 {
		return ""
	}
	return lists[at].name
}

func surveyRows(form survey.Instrument, lists []list) [][]string {
	rows := [][]string{slices.Concat([]string{"type", "name"},
		headings("label", form.Languages), headings("hint", form.Languages),
		[]string{"required"}, headings("required_message", form.Languages),
		[]string{"relevant", "constraint"}, headings("constraint_message", form.Languages),
		[]string{"appearance", "dimension", "source"})}
	for _, q := range form.Questions {
		kind, appearance := typeOf(q, listOf(lists, q))
		required := ""
		if q.Required {
			required = "yes"
		}
		rows = append(rows, slices.Concat([]string{kind, q.Name},
			texts(q.Label, form.Languages), texts(q.Hint, form.Languages),
			[]string{required}, texts(q.RequiredMessage, form.Languages),
			[]string{q.Relevant.String(), q.Constraint.String()}, texts(q.ConstraintMessage, form.Languages),
			[]string{appearance, string(q.Dimension), q.Source}))
	}
	return rows
}

// typeOf is what readKind understands as the question's kind.
func typeOf(q survey.Question, list string) (kind, appearance string) {
	switch q.Kind {
	case survey.YesNo, survey.SelectOne:
		return "select_one " + list, ""
	case survey.Scale:
		return "select_one " + list, "likert"
	case survey.SelectMultiple:
		return "select_multiple " + list, ""
	case survey.ShortText:
		return "text", ""
	case survey.LongText:
		return "text", "multiline"
	}
	return string(q.Kind), "" // the plain kinds are called as their types are
}

func choiceRows(form survey.Instrument, lists []list) [][]string {
	rows := [][]string{slices.Concat([]string{"list_name", "name"}, headings("label", form.Languages))}
	for _, l := range lists {
		for _, choice := range l.choices {
			rows = append(rows, slices.Concat([]string{l.name, choice.Name}, texts(choice.Label, form.Languages)))
		}
	}
	return rows
}

func settingsRows(form survey.Instrument) [][]string {
	languages := slices.Sorted(maps.Keys(form.Title)) // it may be told in more than the questions are
	rows := [][]string{
		slices.Concat([]string{"form_id"}, headings("form_title", languages), []string{"version", "default_language", "privacy"}),
		slices.Concat([]string{form.Key}, texts(form.Title, languages),
			[]string{form.Version, languageHeading(form.DefaultLanguage), string(form.Privacy)}),
	}
	if form.About != survey.AboutTraining {
		rows[0], rows[1] = append(rows[0], "about"), append(rows[1], string(form.About))
	}
	return rows
}

func headings(column string, languages []string) []string {
	all := make([]string, len(languages))
	for i, language := range languages {
		all[i] = column + "::" + languageHeading(language)
	}
	return all
}

// languageHeading is a language as XLSForm names it: English (en).
func languageHeading(code string) string {
	name := code
	switch code {
	case "id":
		name = "Bahasa Indonesia"
	case "en":
		name = "English"
	}
	return name + " (" + code + ")"
}

func texts(text survey.Text, languages []string) []string {
	all := make([]string, len(languages))
	for i, language := range languages {
		all[i] = text[language]
	}
	return all
}

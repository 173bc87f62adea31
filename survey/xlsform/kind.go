package xlsform

import (
	"fmt"
	"strconv"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/sheet"
)

// readKind understands the type with its appearance and parameters. The list is
// the list_name of a question with choices.
func (r *reader) readKind(row sheet.Row, q survey.Question) (question survey.Question, list string) {
	refuse := func(column, id, en string) {
		r.fail(Error{Sheet: surveySheet, Row: row.Number, Column: column, Value: r.survey.cell(row, column),
			Reason: survey.Text{"id": id, "en": en}})
	}
	kind, list, _ := strings.Cut(strings.Join(strings.Fields(r.survey.cell(row, "type")), " "), " ")
	appearance := r.survey.cell(row, "appearance")
	switch {
	case kind == "":
		refuse("type", "jenis pertanyaan belum diisi", "the type is missing")
		return q, ""
	case plainKind(kind) != "" && list == "":
		q.Kind = plainKind(kind)
	case kind == "text" && list == "":
		q.Kind = survey.ShortText
		if appearance == "multiline" {
			q.Kind = survey.LongText
		}
	case kind == "range" && list == "":
		q.Kind = survey.Scale
		q.Choices = r.scalePoints(row)
	case (kind == "select_one" || kind == "select_multiple") && list != "":
		q.Kind = survey.SelectMultiple
		if q.Choices = r.lists[list]; kind == "select_one" {
			q.Kind = oneOf(q.Choices, appearance)
		}
		if q.Choices == nil {
			refuse("type", fmt.Sprintf("daftar pilihan %q tidak ada", list), fmt.Sprintf("there is no choice list %q", list))
		}
	default:
		refuse("type", "jenis pertanyaan ini tidak dilayani", "this type is not served")
		return q, ""
	}
	fits := appearance == "" || appearance == "multiline" && kind == "text" || appearance == "likert" && kind == "select_one"
	if !fits {
		refuse("appearance", "tampilan ini tidak dilayani untuk jenis ini", "this appearance is not served for this type")
	}
	if kind != "range" && r.survey.cell(row, "parameters") != "" {
		refuse("parameters", "parameter tidak dilayani untuk jenis ini", "parameters are not served for this type")
	}
	return q, list
}

// plainKind is the kind of a type that needs nothing else, "" for other types.
func plainKind(kind string) survey.Kind {
	switch kind {
	case "note":
		return survey.Note
	case "integer":
		return survey.Integer
	case "decimal":
		return survey.Decimal
	case "date":
		return survey.Date
	}
	return ""
}

// oneOf is the kind of a select_one.
func oneOf(choices []survey.Choice, appearance string) survey.Kind {
	switch {
	case appearance == "likert":
		return survey.Scale
	case len(choices) == 2 && choices[0].Name == "yes" && choices[1].Name == "no":
		return survey.YesNo
	}
	return survey.SelectOne
}

// scalePoints are the choices of a range, from start to end.
func (r *reader) scalePoints(row sheet.Row) []survey.Choice {
	source := r.survey.cell(row, "parameters")
	given := map[string]int{"step": 1}
	for _, field := range strings.FieldsFunc(source, func(c rune) bool { return strings.ContainsRune(" ,;\t\n", c) }) {
		name, value, _ := strings.Cut(field, "=")
		n, err := strconv.Atoi(value)
		if err != nil || name != "start" && name != "end" && name != "step" {
			return r.refuseRange(row, source)
		}
		given[name] = n
	}
	start, hasStart := given["start"]
	end, hasEnd := given["end"]
	step := given["step"]
	if !hasStart || !hasEnd || !within(start) || !within(end) || step < 1 || end <= start ||
		(end-start)%step != 0 || (end-start)/step+1 > maxScale {
		return r.refuseRange(row, source)
	}
	var points []survey.Choice
	for n := start; n <= end; n += step {
		points = append(points, survey.Choice{Name: strconv.Itoa(n)})
	}
	return points
}

// within keeps the reckoning with a range's ends from overflowing.
func within(n int) bool { return n >= -1000 && n <= 1000 }

func (r *reader) refuseRange(row sheet.Row, source string) []survey.Choice {
	r.fail(Error{Sheet: surveySheet, Row: row.Number, Column: "parameters", Value: source, Reason: survey.Text{
		"id": fmt.Sprintf("harus seperti start=1 end=5 step=1, bilangan bulat, 2 sampai %d langkah", maxScale),
		"en": fmt.Sprintf("must be like start=1 end=5 step=1, whole numbers, 2 to %d points", maxScale),
	}})
	return []survey.Choice{{Name: "0"}, {Name: "1"}} // any two that no further error is told of
}

// labelRanges labels the points of ranges with their numbers, in the form's
// languages.
func (r *reader) labelRanges(form *survey.Instrument) {
	for i, q := range form.Questions {
		if q.Kind != survey.Scale || r.questionLists[i] != "" {
			continue
		}
		for at, point := range q.Choices {
			q.Choices[at].Label = make(survey.Text)
			for _, language := range form.Languages {
				q.Choices[at].Label[language] = point.Name
			}
		}
	}
}

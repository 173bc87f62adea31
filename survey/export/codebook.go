package export

import (
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// codebook explains every column, and in a long export the questions that its
// rows name; the header comes first.
func (w *Writer) codebook() [][]string {
	say := w.options.Phrases
	rows := [][]string{{
		say.Say("export.codebook.column", nil),
		say.Say("export.codebook.meaning", nil),
		say.Say("export.codebook.dimension", nil),
		say.Say("export.codebook.kind", nil),
		say.Say("export.codebook.choices", nil),
	}}
	columns := w.columns()
	if !w.options.Long {
		columns = columns[:len(columns)-len(w.asked)]
	}
	for _, column := range columns {
		rows = append(rows, []string{column, w.explain(column)})
	}
	for _, question := range w.asked {
		rows = append(rows, w.describe(question))
	}
	return rows
}

// explain says what a column that every instrument has holds.
func (w *Writer) explain(column string) string {
	confidential := w.round.Instrument.Privacy == survey.Confidential
	switch {
	case column == "unit" && confidential:
		column = "unit_withheld"
	case column == "kode" && w.round.Training == "":
		column = "kode_recurring"
	}
	return w.options.Phrases.Say("export.column."+column, map[string]any{"Least": stats.Least})
}

func (w *Writer) describe(question survey.Question) []string {
	say := w.options.Phrases
	row := []string{question.Name, question.Label.In(say.Language()), "", say.Say("export.kind."+string(question.Kind), nil), ""}
	if question.Dimension != "" {
		row[2] = say.Say("export.dimension."+string(question.Dimension), nil)
	}
	var choices []string
	for _, choice := range question.Choices {
		choices = append(choices, choice.Name+" = "+choice.Label.In(say.Language()))
	}
	row[4] = strings.Join(choices, "\n")
	return row
}

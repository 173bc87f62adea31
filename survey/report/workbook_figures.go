package report

import (
	"strings"

	"pascalatih/survey/stats"
)

// part is what a cell shows of a figure.
type part int

const (
	itself part = iota
	lowEnd
	highEnd
	countOf // N
	baseOf
	gradeOf // of an index
)

// lookUp finds a figure; nil where there is none. Of a choice whose question is
// withheld it finds the question's.
func (b *book) lookUp(form stats.Form, group string, measure stats.Measure, item string) *stats.Figure {
	key := stats.Key{Form: form.Key, Group: group, Measure: measure, Item: item}
	if figure, found := b.table[key]; found {
		return &figure
	}
	question, _, isChoice := strings.Cut(item, "=")
	if key.Item = question; isChoice && b.table[key].Withheld {
		figure := b.table[key]
		return &figure
	}
	return nil
}

// cell is the cell of a part of a figure: a number, or that it is withheld. Where
// there is no such figure the cell is empty.
func (b *book) cell(figure *stats.Figure, p part, l look) cell {
	switch {
	case figure == nil:
		return cell{}
	case figure.Withheld:
		return b.hiddenCell()
	}
	switch p {
	case lowEnd:
		return number(figure.Low, l)
	case highEnd:
		return number(figure.High, l)
	case countOf:
		return cell{figure.N, l}
	case baseOf:
		return cell{figure.Base, l}
	case gradeOf:
		return cell{string(stats.GradeOf(*figure.Value)), l}
	}
	return number(figure.Value, l)
}

// hiddenCell stands in the place of a figure that is withheld. What is in brackets
// stays on one line.
func (b *book) hiddenCell() cell {
	text, base, _ := strings.Cut(b.hidden(), "(")
	return cell{text + "(" + strings.ReplaceAll(base, " ", "\u00A0"), withheld}
}

func number(value *float64, l look) cell {
	if value == nil {
		return cell{}
	}
	return cell{*value, l}
}

// of is the cell of a column for a group of a form.
func (b *book) of(form stats.Form, group string, c column) cell {
	return b.cell(b.lookUp(form, group, c.measure, c.item(form)), c.part, c.look)
}

func satisfactionItem(stats.Form) string { return overall() }

// intentionItem is the question of a form that asks for a plan. "?" is no item.
func intentionItem(form stats.Form) string {
	for _, item := range form.Items {
		if item.Kind.IsText() {
			return item.Name
		}
	}
	return "?"
}

// doneItem is the choice that says that a plan is carried out.
func doneItem(form stats.Form) string {
	for _, item := range form.Items {
		if item.Name == stats.PlanDone && len(item.Choices) > 0 {
			return stats.ChoiceItem(item.Name, item.Choices[len(item.Choices)-1].Name)
		}
	}
	return "?"
}

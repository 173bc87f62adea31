package report

import (
	"cmp"

	"pascalatih/survey/stats"
)

// trainings tells of each round, form by form.
func (p *page) trainings() {
	p.groupTable([]head{
		{title: p.Say("workbook.column.training", nil), width: 34},
		{title: p.Say("workbook.column.code", nil), width: 10},
		{title: p.Say("workbook.column.round", nil), width: 8.5},
		{title: p.Say("workbook.column.form", nil), width: 25},
	}, func(form stats.Form) (rows []groupRow) {
		for _, round := range form.Rounds {
			rows = append(rows, groupRow{stats.RoundGroup(round.ID), []cell{
				{cmp.Or(round.Training, form.Title.In(p.Language())), words}, {round.Code, words}, {round.ID, identifiers}, {p.title(form), words}}})
		}
		return rows
	})
}

// units tells of each unit, form by form.
func (p *page) units() {
	p.groupTable([]head{
		{title: p.Say("workbook.column.unit", nil), width: 44},
		{title: p.Say("workbook.column.form", nil), width: 25},
	}, func(form stats.Form) (rows []groupRow) {
		for _, unit := range form.Units {
			rows = append(rows, groupRow{stats.UnitGroup(unit), []cell{{p.figures.UnitNames[unit], words}, {p.title(form), words}}})
		}
		return rows
	})
}

// groupRow is a row of a table of groups.
type groupRow struct {
	group string
	names []cell // what it is of
}

// groupTable is a row for each group of each form, and below it charts of the rates and
// of the satisfaction indices.
func (p *page) groupTable(heads []head, rows func(stats.Form) []groupRow) {
	p.heading()
	p.frozen = 1
	columns := p.figureColumns()
	names := len(heads)
	var shown []column
	for _, c := range columns {
		if !c.whole {
			shown = append(shown, c)
			heads = append(heads, head{group: c.head, title: p.Say("workbook.column."+c.title, nil), width: c.width(), look: numberHeads})
		}
	}
	p.heads(heads)
	var charts []chart
	for _, form := range p.figures.Forms {
		first, hasIndex := p.row, false
		for _, row := range rows(form) {
			cells := row.names
			for _, c := range shown {
				cells = append(cells, p.of(form, row.group, c))
				figure := p.lookUp(form, row.group, c.measure, c.item(form))
				hasIndex = hasIndex || c.measure == stats.IndexOf && figure != nil && !figure.Withheld
			}
			p.write(cells...)
		}
		for at, c := range shown {
			column := names + at + 1
			switch {
			case p.row == first || c.part != itself:
			case c.measure == stats.Rate:
				charts = append(charts, p.barsOf(p.Say("workbook.rate_of", map[string]any{"Form": p.title(form)}), column, first, `0%;;0%`, 0, 1))
			case c.measure == stats.IndexOf && hasIndex:
				charts = append(charts, p.barsOf(p.Say("workbook.index_of", map[string]any{"Form": p.title(form)}), column, first, `0.0;;`, 0, 100))
			}
		}
	}
	p.filtered()
	p.draw(charts)
}

// width is how wide a column must be. What may be withheld must have room for it.
func (c column) width() float64 {
	switch c.measure {
	case stats.Unreached:
		return 11
	case stats.Invited, stats.Sent, stats.SentNow, stats.Counted, stats.Rate:
		return 9.5
	}
	return 11.5
}

// barsOf are a bar for each row from first to the last that was drawn, named by the
// first column.
func (p *page) barsOf(title string, column, first int, format string, low, high float64) chart {
	return chart{title: title, categories: p.area(1, first, p.row-1), bars: p.row - first, format: format, low: low, high: high,
		series: []series{{values: p.area(column, first, p.row-1), colour: barColour}}}
}

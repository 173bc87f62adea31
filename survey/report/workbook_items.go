package report

import (
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// items tells of every question, of all rounds together: a row for it, and where
// its choices are told one for each of these. After them come the questions of a
// dimension together.
func (p *page) items() {
	p.heading()
	p.frozen = 3
	mean, upper, spread := p.Say("workbook.group.mean", nil), p.Say("workbook.group.upper", nil), p.Say("workbook.group.spread", nil)
	column := func(group, key string, width float64) head {
		return head{group: group, title: p.Say("workbook.column."+key, nil), width: width}
	}
	amount := func(group, key string) head {
		return head{group: group, title: p.Say("workbook.column."+key, nil), width: 11.5, look: numberHeads}
	}
	p.heads([]head{
		column("", "form", 26), column("", "dimension", 18), column("", "item", 24), column("", "question", 44), amount("", "n"),
		amount(mean, "mean"), amount(mean, "low"), amount(mean, "high"),
		amount(upper, "share"), amount(upper, "low"), amount(upper, "high"),
		column(spread, "choice", 28), amount(spread, "count"), amount(spread, "share"), amount(spread, "low"), amount(spread, "high"),
	})
	for _, form := range p.figures.Forms {
		for _, item := range form.Items {
			p.item(form, item)
		}
		for _, name := range pairedItems(form) {
			p.pair(form, name)
		}
		for _, dimension := range survey.Dimensions() {
			p.dimension(form, dimension)
		}
	}
	p.filtered()
}

// names are the first cells of a row: which question it is of.
func (p *page) names(form stats.Form, dimension survey.Dimension, name string, l look) []cell {
	called := cell{}
	if dimension != "" {
		called = cell{p.Say("export.dimension."+string(dimension), nil), l}
	}
	return []cell{{p.title(form), l}, called, {name, l}}
}

func (p *page) item(form stats.Form, item stats.Item) {
	find := func(m stats.Measure, name string) *stats.Figure { return p.lookUp(form, stats.All, m, name) }
	mean, upper, all := find(stats.Mean, item.Name), find(stats.Upper, item.Name), find(stats.Chosen, item.Name)
	if item.Kind.IsText() {
		all = find(stats.Answered, item.Name)
	}
	told := mean
	if told == nil {
		told = all
	}
	if told == nil && len(item.Choices) > 0 {
		told = find(stats.Chosen, stats.ChoiceItem(item.Name, item.Choices[0].Name))
	}
	if told == nil {
		return // nobody answered it
	}
	cells := append(p.names(form, item.Dimension, item.Name, words), cell{item.Label.In(p.Language()), words}, p.cell(told, baseOf, counts))
	cells = append(cells, p.interval(mean, levels)...)
	cells = append(cells, p.interval(upper, shares)...)
	if all != nil {
		label := cell{}
		if item.Kind.IsText() {
			label = cell{p.Say("workbook.wrote", nil), indented}
		}
		cells = append(append(cells, label, p.cell(all, countOf, counts)), p.interval(all, shares)...)
	}
	p.write(cells...)
	for _, choice := range item.Choices {
		figure, shown := p.figure(form, stats.All, stats.Chosen, stats.ChoiceItem(item.Name, choice.Name))
		if !shown {
			continue
		}
		cells := append(p.names(form, item.Dimension, item.Name, faint), cell{}, p.cell(&figure, baseOf, counts))
		cells = append(cells, make([]cell, 6)...)
		cells = append(cells, cell{choice.Label.In(p.Language()), indented}, p.cell(&figure, countOf, counts))
		p.write(append(cells, p.interval(&figure, shares)...)...)
	}
}

// interval is a figure with the ends of its interval.
func (p *page) interval(figure *stats.Figure, l look) []cell {
	return []cell{p.cell(figure, itself, l), p.cell(figure, lowEnd, l), p.cell(figure, highEnd, l)}
}

// pair tells of a pair of before and now, of those who answered both.
func (p *page) pair(form stats.Form, name string) {
	for _, m := range []stats.Measure{stats.Before, stats.Now, stats.Gain} {
		figure := p.lookUp(form, stats.All, m, name)
		if figure == nil {
			continue
		}
		shown := levels
		if m == stats.Gain {
			shown = changes
		}
		cells := append(p.names(form, survey.Competence, name, words), cell{p.Say("workbook.pair."+string(m), nil), words}, p.cell(figure, baseOf, counts))
		p.write(append(cells, p.interval(figure, shown)...)...)
	}
}

// dimension tells of all questions of a dimension together.
func (p *page) dimension(form stats.Form, d survey.Dimension) {
	name := stats.DimensionItem(d)
	mean := p.lookUp(form, stats.All, stats.Mean, name)
	if mean == nil {
		return
	}
	called := p.Say("export.dimension."+string(d), nil)
	cells := append(p.names(form, d, name, words), cell{p.Say("workbook.all_items", map[string]any{"Dimension": called}), words}, p.cell(mean, baseOf, counts))
	cells = append(cells, p.interval(mean, levels)...)
	p.write(append(cells, p.interval(p.lookUp(form, stats.All, stats.Upper, name), shares)...)...)
}

package report

import (
	"slices"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

const (
	summaryChartWidth = 640 // pixels
	summaryNameWidth  = 54
	summaryWidth      = roomForWithheld
)

// summary tells what the message tells: what came out of all rounds together.
func (p *page) summary() {
	p.widths = []float64{summaryNameWidth}
	for len(p.widths) < max(9, len(p.figures.Forms)+1) {
		p.widths = append(p.widths, summaryWidth)
	}
	if len(p.figures.Forms) == 0 {
		p.write(cell{p.Say("report.quiet", map[string]any{"Period": p.period}), headings})
		return
	}
	p.write(cell{p.Say("report.heading", map[string]any{"Period": upperFirst(p.period), "Finding": p.finding()}), headings})
	p.write(cell{p.answersOf(), notes})
	if names := p.unitNames(); len(names) > 0 {
		p.write(cell{p.Say("workbook.units", map[string]any{"Units": p.List(names)}), notes})
	}
	p.row++
	top := p.row
	p.facts()
	beside := max(len(p.figures.Forms)+3, 6) // right of the facts and of what is named most
	for _, form := range p.figures.Forms {
		p.mostNamed("obstacles", form, survey.Obstacle)
		p.mostNamed("help", form, survey.Support, survey.Recommendation)
	}
	p.spread(top, beside)
	p.toDecide()
}

// answersOf says whose time the answers are of.
func (p *page) answersOf() string {
	to := p.Moment(p.figures.To, p.zone)
	if p.figures.Round != 0 {
		return p.Say("workbook.one_round", map[string]any{"To": to})
	}
	return p.Say("workbook.answers", map[string]any{"From": p.Moment(p.figures.From, p.zone), "To": to})
}

// unitNames are the units whose responses alone are meant.
func (p *page) unitNames() []string {
	var names []string
	for _, unit := range p.figures.Units {
		names = append(names, p.figures.UnitNames[unit])
	}
	return names
}

// facts is a row for each measure, and a column for each form.
func (p *page) facts() {
	cells := []cell{{p.Say("workbook.results", nil), columnHeads}}
	rounds := []cell{{p.Say("workbook.rounds", nil), words}}
	for _, form := range p.figures.Forms {
		cells = append(cells, cell{p.title(form), numberHeads})
		rounds = append(rounds, cell{len(form.Rounds), counts})
	}
	p.write(cells...)
	p.write(rounds...)
	group := ""
	for _, c := range p.figureColumns() {
		if c.head != group {
			group = c.head
			p.write(append([]cell{{group, groupRows}}, make([]cell, len(p.figures.Forms))...)...)
		}
		cells := []cell{{p.Say("workbook.column."+c.title, nil), indented}}
		for _, form := range p.figures.Forms {
			cells = append(cells, p.of(form, stats.All, c))
		}
		p.write(cells...)
	}
}

// mostNamed are the choices that were named most often of the ranking that key
// stands for.
func (p *page) mostNamed(key string, form stats.Form, dimensions ...survey.Dimension) {
	ranking, asked := p.table.Ranking(form, stats.All, dimensions...)
	if !asked {
		return
	}
	p.row++
	p.write(cell{p.Say("workbook."+key, map[string]any{"Form": p.title(form)}), sections})
	p.write(p.tableHead("choice", "count", "share", "n")...)
	switch {
	case ranking.Withheld:
		hidden := p.hiddenCell()
		p.write(cell{ranking.Item.Label.In(p.Language()), words}, hidden, hidden, hidden)
	case len(ranking.Choices) == 0:
		p.write(cell{p.Say("report."+key+"_none", map[string]any{"N": p.Count(ranking.Base)}), words})
	}
	for _, choice := range ranking.Choices[:min(mostNamed, len(ranking.Choices))] {
		p.write(cell{choice.Label.In(p.Language()), words}, p.cell(&choice.Figure, countOf, counts),
			p.cell(&choice.Figure, itself, shares), p.cell(&choice.Figure, baseOf, counts))
	}
}

// tableHead is the head of a table that is not filtered by, given by keys below
// workbook.column: that of names, and those of numbers.
func (p *page) tableHead(name string, numbers ...string) []cell {
	cells := []cell{{p.Say("workbook.column."+name, nil), columnHeads}}
	for _, key := range numbers {
		cells = append(cells, cell{p.Say("workbook.column."+key, nil), numberHeads})
	}
	return cells
}

// spread tells how answers spread over the levels of the questions that are told
// about first, with the sheet's chart.
func (p *page) spread(top, beside int) {
	form, items := p.spreadItems()
	if len(items) == 0 {
		return
	}
	title := p.Say("workbook.spread", map[string]any{"Form": p.title(form)})
	levelChoices := items[0].Choices
	c := chart{title: title, bars: len(items) * 2, format: `[>=0.06]0%;;`}
	p.row = max(p.row+1, top+c.height()/rowPixels+2)
	p.try(p.file.InsertPageBreak(p.name, p.at(1, p.row)))
	p.write(cell{title, sections})
	head := p.row
	cells := p.tableHead("question", "n", "mean", "upper")
	before := len(cells)
	for _, choice := range levelChoices {
		cells = append(cells, cell{choice.Label.In(p.Language()), numberHeads})
	}
	p.write(cells...)
	for _, item := range items {
		mean := p.lookUp(form, stats.All, stats.Mean, item.Name)
		cells := []cell{{item.Label.In(p.Language()), words}, p.cell(mean, countOf, counts), p.cell(mean, itself, levels),
			p.cell(p.lookUp(form, stats.All, stats.Upper, item.Name), itself, shares)}
		for _, choice := range item.Choices {
			cells = append(cells, p.cell(p.lookUp(form, stats.All, stats.Chosen, stats.ChoiceItem(item.Name, choice.Name)), itself, shares))
		}
		p.write(cells...)
	}
	c.categories = p.area(1, head+1, p.row-1)
	for i, colour := range scaleColours(len(levelChoices)) {
		c.series = append(c.series, series{name: p.place(before+i+1, head), values: p.area(before+i+1, head+1, p.row-1), colour: colour})
	}
	if len(c.series) > 0 {
		p.chart(c, beside, top, 0, summaryChartWidth)
	}
}

// spreadItems are the shown questions that have the same levels as the first shown
// one on satisfaction, or where there is none as the first shown scale.
func (p *page) spreadItems() (stats.Form, []stats.Item) {
	for _, satisfied := range []bool{true, false} {
		for _, form := range p.figures.Forms {
			shown := slices.DeleteFunc(slices.Clone(form.Items), func(item stats.Item) bool {
				_, told := p.figure(form, stats.All, stats.Mean, item.Name)
				return item.Kind != survey.Scale || !told || satisfied && item.Dimension != survey.Satisfaction
			})
			if len(shown) > 0 {
				return form, slices.DeleteFunc(shown, func(item stats.Item) bool { return !p.sameChoices(item, shown[0]) })
			}
		}
	}
	return stats.Form{}, nil
}

func (p *page) sameChoices(a, b stats.Item) bool {
	return slices.EqualFunc(a.Choices, b.Choices, func(a, b survey.Choice) bool {
		return a.Name == b.Name && a.Label.In(p.Language()) == b.Label.In(p.Language())
	})
}

// toDecide lists what has to be decided: of each need the worst first.
func (p *page) toDecide() {
	all := Decisions(p.figures)
	if len(all) == 0 {
		return
	}
	p.row++
	p.write(cell{p.Say("workbook.decide", nil), sections})
	p.write(p.tableHead("training", "round", "figure")...)
	for i, d := range all {
		if i == 0 || d.Need != all[i-1].Need {
			p.write(cell{p.Say("workbook.need."+string(d.Need), nil), groupRows}, cell{}, cell{})
		}
		shown := number(d.Figure.Value, changes)
		switch d.Need {
		case FewSent:
			shown.look = shares
		case Unreached:
			shown.look = counts
		}
		p.write(cell{d.about(p.Language()), indented}, cell{d.Round, counts}, shown)
	}
}

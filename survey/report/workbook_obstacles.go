package report

import (
	"slices"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// obstacles tells what hinders people and what would help them, of all rounds
// together, the most named first, with a chart of each.
func (p *page) obstacles() {
	p.heading()
	p.write(cell{p.Say("report.detail.shares", nil), notes})
	p.frozen = 1
	column := func(key string, width float64) head {
		return head{title: p.Say("workbook.column."+key, nil), width: width}
	}
	amount := func(key string) head {
		return head{title: p.Say("workbook.column."+key, nil), width: 11.5, look: numberHeads}
	}
	p.heads([]head{column("choice", 52), column("about", 20), column("form", 26), amount("count"), amount("share"),
		amount("low"), amount("high"), amount("n")})
	var charts []chart
	for _, form := range p.figures.Forms {
		charts = append(charts, p.ranked("obstacle", form, survey.Obstacle)...)
		charts = append(charts, p.ranked("help", form, survey.Support, survey.Recommendation)...)
	}
	p.filtered()
	p.draw(charts)
}

// ranked is a row for each choice of the ranking that key stands for: those that
// somebody named, then the others. It gives the chart of the former.
func (p *page) ranked(key string, form stats.Form, dimensions ...survey.Dimension) []chart {
	ranking, asked := p.table.Ranking(form, stats.All, dimensions...)
	if !asked {
		return nil
	}
	of := []cell{{p.Say("workbook.column."+key, nil), words}, {p.title(form), words}}
	if ranking.Withheld {
		hidden := p.hiddenCell()
		p.write(append(append([]cell{{ranking.Item.Label.In(p.Language()), words}}, of...), hidden, hidden, hidden, hidden, hidden)...)
		return nil
	}
	first := p.row
	row := func(choice survey.Choice, figure stats.Figure) {
		cells := append([]cell{{choice.Label.In(p.Language()), words}}, of...)
		cells = append(append(cells, p.cell(&figure, countOf, counts)), p.interval(&figure, shares)...)
		p.write(append(cells, p.cell(&figure, baseOf, counts))...)
	}
	for _, ranked := range ranking.Choices {
		row(ranked.Choice, ranked.Figure)
	}
	var charts []chart
	if p.row > first {
		charts = append(charts, p.barsOf(p.Say("workbook."+key+"_of", map[string]any{"Form": p.title(form)}), 5, first, `0%;;`, 0, 1))
	}
	for _, choice := range ranking.Item.Choices {
		if !slices.ContainsFunc(ranking.Choices, func(r stats.Ranked) bool { return r.Name == choice.Name }) {
			figure, _ := p.figure(form, stats.All, stats.Chosen, stats.ChoiceItem(ranking.Item.Name, choice.Name))
			row(choice, figure)
		}
	}
	return charts
}

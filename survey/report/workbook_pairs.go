package report

import (
	"strings"

	"pascalatih/survey/stats"
)

// pairs tells of each comparison of the same people, with all its figures.
func (p *page) pairs() {
	p.heading()
	if len(p.figures.Compared) == 0 {
		p.write(cell{p.Say("workbook.pairs.none", nil), notes})
	}
	p.frozen = 1
	column := func(key string, width float64) head {
		return head{title: p.Say("workbook.column."+key, nil), width: width}
	}
	amount := func(group, key string) head {
		if group != "" {
			group = p.Say("workbook.group."+group, nil)
		}
		return head{group: group, title: p.Say("workbook.column."+key, nil), width: 11.5, look: numberHeads}
	}
	word := func(group, key string) head {
		return head{group: p.Say("workbook.group."+group, nil), title: p.Say("workbook.column."+key, nil), width: 15}
	}
	p.heads([]head{
		column("training", 34), column("code", 10), column("comparison", 22), column("dimension", 16), column("scale", 8),
		amount("", "pairs"),
		amount("first", "mean"), amount("first", "low"), amount("first", "high"), amount("first", "sd"),
		amount("second", "mean"), amount("second", "low"), amount("second", "high"), amount("second", "sd"),
		amount("paired_gain", "mean_difference"), amount("paired_gain", "low"), amount("paired_gain", "high"),
		amount("effect", "effect"), amount("effect", "low"), amount("effect", "high"), word("effect", "size"),
		amount("ranks", "v"), amount("ranks", "changed"), amount("ranks", "p"), word("ranks", "rank_method"),
		column("firm", 12),
	})
	for _, c := range p.figures.Compared {
		p.compared(c)
	}
	p.filtered()
}

// compared is a comparison's row.
func (p *page) compared(c stats.Compared) {
	find := func(m stats.Measure) *stats.Figure {
		if figure, found := p.table[c.Key(m)]; found {
			return &figure
		}
		return nil
	}
	gain, effect, ranks := find(stats.PairedGain), find(stats.PairedEffect), find(stats.PairedRanks)
	cells := []cell{{c.Title, words}, {c.Code, words}, {p.Say("workbook.pairs."+string(c.Comparison), nil), words},
		{p.Say("export.dimension."+string(c.Dimension), nil), words}, {}, p.cell(gain, baseOf, counts)}
	if gain == nil || gain.Withheld {
		for range 18 {
			cells = append(cells, cell{})
		}
		cells[14] = p.cell(gain, itself, changes)
		p.write(cells...)
		return
	}
	cells[4] = cell{p.Say("workbook.pairs.scale", map[string]any{"Least": p.Count(c.Least), "Most": p.Count(c.Most)}), words}
	cells = append(append(cells, p.interval(find(stats.PairedFirst), levels)...), p.cell(find(stats.PairedFirstSD), itself, levels))
	cells = append(append(cells, p.interval(find(stats.PairedSecond), levels)...), p.cell(find(stats.PairedSecondSD), itself, levels))
	cells = append(append(cells, p.interval(gain, changes)...), p.interval(effect, changes)...)
	size, how, firm := cell{}, cell{}, cell{}
	if effect != nil {
		size = cell{p.size(*effect.Value), indented}
	}
	if ranks != nil && find(stats.PairedP) != nil {
		how = cell{p.Say("workbook.pairs.approximate", nil), indented}
		if strings.HasSuffix(ranks.Method, "exact") {
			how = cell{p.Say("workbook.pairs.exact", nil), indented}
		}
	}
	if stats.Indicative(gain.N) {
		firm = cell{p.Say("workbook.pairs.indicative", nil), indented}
	}
	p.write(append(cells, size, p.cell(ranks, itself, levels), p.cell(ranks, countOf, counts),
		p.cell(find(stats.PairedP), itself, probabilities), how, firm)...)
}

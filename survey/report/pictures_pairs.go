package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"pascalatih/survey/stats"
)

// mostPairs is how many comparisons there are in a chart with two bars each.
const mostPairs = 4

// pairChart is what the same people said before and after, those that rose least
// first; where there is no such comparison, what they and their supervisors said.
func (w *writer) pairChart() (Chart, bool) {
	for _, kind := range []stats.Comparison{stats.BeforeAfter, stats.SelfSupervisor} {
		shown := slices.DeleteFunc(slices.Clone(w.figures.Compared), func(c stats.Compared) bool {
			_, told := w.paired(c, stats.PairedGain)
			return c.Comparison != kind || !told
		})
		// One axis has one scale.
		shown = slices.DeleteFunc(shown, func(c stats.Compared) bool { return c.Least != shown[0].Least || c.Most != shown[0].Most })
		if len(shown) > 0 {
			return w.pairChartOf(kind, shown), true
		}
	}
	return Chart{}, false
}

func (w *writer) pairChartOf(kind stats.Comparison, shown []stats.Compared) Chart {
	gain := func(c stats.Compared) stats.Figure { f, _ := w.paired(c, stats.PairedGain); return f }
	slices.SortStableFunc(shown, func(a, b stats.Compared) int { return cmp.Compare(*gain(a).Value, *gain(b).Value) })
	file, scale := "pairs", map[string]any{"Least": w.Count(shown[0].Least), "Most": w.Count(shown[0].Most)}
	if kind == stats.SelfSupervisor {
		file = "supervisor"
	}
	chart := Chart{Name: w.Say("pictures.file."+file, nil), Title: w.pairTitle(kind, shown), About: w.Say("pictures.pairs.about_"+string(kind), scale)}
	few := false
	for i, c := range shown {
		if i == mostPairs && len(shown) > mostPairs+1 {
			chart.Rows = append(chart.Rows, Row{Label: w.Say("pictures.pairs.more", map[string]any{"Count": len(shown) - i})})
			break
		}
		chart.Rows = append(chart.Rows, w.pairRow(c))
		few = few || stats.Indicative(gain(c).N)
	}
	chart.Notes = []string{strings.Join([]string{upperFirst(w.period), "Pascalatih"}, " · "),
		w.Say("pictures.pairs.note", nil), w.Say("pictures.interval_note", nil)}
	if few {
		chart.Notes = append(chart.Notes, w.Say("pictures.pairs.indicative_note", map[string]any{"Firm": w.Count(stats.FirmPairs)}))
	}
	return chart
}

// pairTitle is what the comparisons say together: those rose whose interval is above
// 0, and those fell where it is below.
func (w *writer) pairTitle(kind stats.Comparison, shown []stats.Compared) string {
	rose, fell := 0, 0
	for _, c := range shown {
		gain, _ := w.paired(c, stats.PairedGain)
		if low, high := ends(gain); low > 0 {
			rose++
		} else if high < 0 {
			fell++
		}
	}
	key := "_unclear"
	switch n := len(shown); {
	case rose == n && n == 1:
		key = "_rose"
	case fell == n && n == 1:
		key = "_fell"
	case rose == n:
		key = "_all"
	case fell == n:
		key = "_all_fell"
	case rose > 0 && fell > 0:
		key = "_mixed"
	case rose > 0:
		key = "_some"
	case fell > 0:
		key = "_some_fell"
	}
	gain, _ := w.paired(shown[0], stats.PairedGain)
	by := w.Number(math.Abs(*gain.Value), scoreDecimals(shown[0]))
	return w.Say("pictures.pairs.title."+string(kind)+key, map[string]any{"By": by})
}

// pairRow is one comparison with a bar for each score.
func (w *writer) pairRow(c stats.Compared) Row {
	label := abridged(c.Title, longestTitle)
	if c.Comparison == stats.SelfSupervisor {
		label = w.Say("pictures.pairs.label_dimension", map[string]any{"Training": label, "Dimension": w.Say("export.dimension."+string(c.Dimension), nil)})
	}
	bar := func(m stats.Measure, key string, tone Tone) Bar {
		f, _ := w.paired(c, m)
		part := func(level float64) float64 { return (level - float64(c.Least)) / float64(c.Most-c.Least) }
		low, high := ends(f)
		said := w.Say("pictures.pairs."+key+"_"+string(c.Comparison), map[string]any{"Mean": w.Number(*f.Value, scoreDecimals(c))})
		return Bar{Length: part(*f.Value), Low: part(low), High: part(high), Said: said, Tone: tone}
	}
	first, second := bar(stats.PairedFirst, "first", Quiet), bar(stats.PairedSecond, "second", Plain)
	gain, _ := w.paired(c, stats.PairedGain)
	people := "pictures.pairs.people"
	if stats.Indicative(gain.N) {
		people += "_indicative"
	}
	first.Aside = w.Say(people, map[string]any{"N": w.Count(gain.N)})
	if effect, ok := w.paired(c, stats.PairedEffect); ok {
		second.Aside = w.Say("pictures.pairs.effect", map[string]any{"Effect": w.Number(*effect.Value, 2), "Size": w.size(*effect.Value)})
	}
	return Row{Label: label, Bars: []Bar{first, second}}
}

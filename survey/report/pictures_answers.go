package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

func obstacles() []survey.Dimension { return []survey.Dimension{survey.Obstacle} }

func helps() []survey.Dimension {
	return []survey.Dimension{survey.Support, survey.Recommendation}
}

// mostNamed is a chart of the choices named most often: of the foremost form, or
// where it does not show any, of the form of which most is shown.
func (w *writer) mostNamed(foremost stats.Form, key string, dimensions ...survey.Dimension) (Chart, bool) {
	form, ranking := foremost, stats.Ranking{}
	for _, other := range append([]stats.Form{foremost}, w.figures.Forms...) {
		if r, asked := w.table.Ranking(other, stats.All, dimensions...); asked && len(r.Choices) > 0 && r.Base > ranking.Base {
			form, ranking = other, r
		}
		if other.Key == foremost.Key && ranking.Base > 0 {
			break
		}
	}
	if ranking.Base == 0 {
		return Chart{}, false
	}
	chart := Chart{
		Name:  w.Say("pictures.file."+key, nil),
		Title: w.titleOf(key, ranking.Choices),
		About: ranking.Item.Label.In(w.Language()),
		Notes: append(w.source(form, ranking.Base), w.Say("report.detail.shares", nil), w.Say("pictures.interval_note", nil)),
	}
	longest := 0.0
	for i, choice := range ranking.Choices {
		if i == most && len(ranking.Choices) > most+1 {
			chart.Rows = append(chart.Rows, Row{Label: w.Say("pictures.more_choices", map[string]any{"Count": len(ranking.Choices) - i})})
			break
		}
		chart.Rows = append(chart.Rows, w.shareRow(choice.Label, choice.Figure))
		longest = max(longest, chart.Rows[i].Bars[0].High)
	}
	for i := range chart.Rows[:equallyNamed(ranking.Choices[:min(most, len(ranking.Choices))])] {
		chart.Rows[i].Strong = true
		if key == "obstacle" {
			chart.Rows[i].Bars[0].Tone = Stressed
		}
	}
	if none, label, shown := w.noneNamed(form, ranking.Item); shown {
		row := w.shareRow(label, none)
		row.Bars[0].Tone = Quiet
		chart.Rows = append(chart.Rows, row)
		longest = max(longest, row.Bars[0].High)
	}
	lengthen(chart.Rows, longest)
	return chart, true
}

// titleOf names the choice that most named, or both where there are two.
func (w *writer) titleOf(key string, choices []stats.Ranked) string {
	data := map[string]any{"First": w.label(choices[0].Label)}
	switch equallyNamed(choices) {
	case 1:
		return w.title(key, data)
	case 2:
		data["Second"] = w.label(choices[1].Label)
		return w.title(key+"_both", data)
	}
	return w.title(key+"_many", nil)
}

// equallyNamed is how many choices were named as often as the first.
func equallyNamed(choices []stats.Ranked) int {
	fewer := slices.IndexFunc(choices, func(r stats.Ranked) bool { return r.Figure.N < choices[0].Figure.N })
	if fewer < 0 {
		return len(choices)
	}
	return fewer
}

// shareRow is a choice with how many made it.
func (w *writer) shareRow(label survey.Text, share stats.Figure) Row {
	low, high := ends(share)
	return Row{Label: label.In(w.Language()), Bars: []Bar{{Length: *share.Value, Low: low, High: high,
		Said: w.Percent(*share.Value, 0), Aside: w.Say("pictures.people", map[string]any{"Count": share.N})}}}
}

// ends are those of a figure's interval, or the figure itself where it has none.
func ends(f stats.Figure) (low, high float64) {
	if f.Low == nil || f.High == nil {
		return *f.Value, *f.Value
	}
	return *f.Low, *f.High
}

// noneNamed is how many said that there is nothing to name.
func (w *writer) noneNamed(form stats.Form, item stats.Item) (stats.Figure, survey.Text, bool) {
	at := slices.IndexFunc(item.Choices, func(c survey.Choice) bool { return c.Name == stats.NoneNamed })
	if at < 0 {
		return stats.Figure{}, survey.Text{}, false
	}
	f, shown := w.figure(form, stats.All, stats.Chosen, stats.ChoiceItem(item.Name, stats.NoneNamed))
	return f, item.Choices[at].Label, shown && f.N > 0
}

// lengthen draws bars as parts of the longest.
func lengthen(rows []Row, longest float64) {
	for _, row := range rows {
		for i := range row.Bars {
			row.Bars[i].Length /= longest
			row.Bars[i].Low /= longest
			row.Bars[i].High /= longest
		}
	}
}

// planChart is how far people have carried out their plans, of the form that most
// answered.
func (w *writer) planChart() (Chart, bool) {
	var chart Chart
	base := 0
	for _, form := range w.figures.Forms {
		for _, item := range form.Items {
			if item.Name != stats.PlanDone || len(item.Choices) == 0 {
				continue
			}
			last := item.Choices[len(item.Choices)-1]
			done, shown := w.figure(form, stats.All, stats.Chosen, stats.ChoiceItem(item.Name, last.Name))
			if !shown || done.Base <= base {
				continue
			}
			base = done.Base
			chart = Chart{Name: w.Say("pictures.file.plan", nil), Title: w.title("plan", map[string]any{"Share": w.Percent(*done.Value, 0)}),
				About: item.Label.In(w.Language()), Rows: w.choiceRows(form, item),
				Notes: append(w.source(form, done.Base), w.Say("pictures.interval_note", nil))}
		}
	}
	return chart, base > 0
}

// choiceRows are all choices of a question, from the last to the first.
func (w *writer) choiceRows(form stats.Form, item stats.Item) []Row {
	var rows []Row
	longest := 0.0
	for _, choice := range slices.Backward(item.Choices) {
		share, shown := w.figure(form, stats.All, stats.Chosen, stats.ChoiceItem(item.Name, choice.Name))
		if !shown || len(rows) == most {
			continue
		}
		row := w.shareRow(choice.Label, share)
		row.Strong = len(rows) == 0
		if !row.Strong {
			row.Bars[0].Tone = Quiet
		}
		rows = append(rows, row)
		longest = max(longest, row.Bars[0].High)
	}
	lengthen(rows, longest)
	return rows
}

// competence is what people say they could do before and can do now, by training,
// of the form that most answered.
func (w *writer) competence() (Chart, bool) {
	var chart Chart
	n := 0
	for _, form := range w.figures.Forms {
		for _, name := range pairedItems(form) {
			gain, shown := w.figure(form, stats.All, stats.Gain, name)
			least, top, scaled := scaleOf(form, name)
			if !shown || !scaled || gain.N <= n {
				continue
			}
			n = gain.N
			key, by, about := "unclear", *gain.Value, "scale"
			if len(w.asked(form)) > 1 {
				about = "scale_sorted"
			}
			switch low, high := ends(gain); {
			case low > 0:
				key = "rose"
			case high < 0:
				key, by = "fell", -by
			}
			chart = Chart{
				Name:  w.Say("pictures.file.competence", nil),
				Title: w.title(key, map[string]any{"By": w.Number(by, 1)}),
				About: w.Say("pictures."+about, map[string]any{"Least": w.Count(least), "Most": w.Count(top)}),
				Notes: append(w.source(form, n), w.Say("pictures.interval_note", nil)),
				Rows:  w.gainRows(form, name, least, top),
			}
		}
	}
	return chart, n > 0
}

// scaleOf is the first and the last level of a pair's scale.
func scaleOf(form stats.Form, name string) (least, top int, scaled bool) {
	at := slices.IndexFunc(form.Items, func(i stats.Item) bool { return i.Name == name+stats.EndsNow })
	if at < 0 {
		return 0, 0, false
	}
	least, top = math.MaxInt, math.MinInt
	for _, choice := range form.Items[at].Choices {
		if level, err := strconv.Atoi(choice.Name); err == nil {
			least, top = min(least, level), max(top, level)
		}
	}
	return least, top, least < top
}

// mostGains is how many trainings there are in a chart with two bars each.
const mostGains = 4

// gainRows are all trainings together and, where there are several, those that
// gained least.
func (w *writer) gainRows(form stats.Form, name string, least, top int) []Row {
	rounds := w.asked(form)
	rows := []Row{w.gainRow(form, stats.All, name, w.Say("pictures.all_rounds", map[string]any{"Count": len(rounds)}), least, top)}
	if len(rounds) == 1 {
		rows[0].Label = w.name(form, rounds[0], 0)
		return rows
	}
	rows[0].Strong = true
	gainOf := func(r stats.RoundOf) float64 {
		gain, _ := w.figure(form, stats.RoundGroup(r.ID), stats.Gain, name)
		return *gain.Value
	}
	shown := slices.DeleteFunc(rounds, func(r stats.RoundOf) bool {
		_, found := w.figure(form, stats.RoundGroup(r.ID), stats.Gain, name)
		return !found
	})
	slices.SortStableFunc(shown, func(a, b stats.RoundOf) int { return cmp.Compare(gainOf(a), gainOf(b)) })
	for i, round := range shown {
		if i == mostGains && len(shown) > mostGains+1 {
			break
		}
		rows = append(rows, w.gainRow(form, stats.RoundGroup(round.ID), name, w.name(form, round, 0), least, top))
	}
	if more := len(w.asked(form)) - (len(rows) - 1); more > 0 {
		rows = append(rows, Row{Label: w.Say("pictures.more_rounds", map[string]any{"Count": more})})
	}
	return rows
}

func (w *writer) gainRow(form stats.Form, group, name, label string, least, top int) Row {
	before, _ := w.figure(form, group, stats.Before, name)
	now, _ := w.figure(form, group, stats.Now, name)
	bar := func(f stats.Figure, said string, tone Tone) Bar {
		part := func(level float64) float64 { return (level - float64(least)) / float64(top-least) }
		low, high := ends(f)
		return Bar{Length: part(*f.Value), Low: part(low), High: part(high), Said: said, Tone: tone}
	}
	return Row{Label: label, Bars: []Bar{
		bar(before, w.Say("pictures.before", map[string]any{"Mean": w.Number(*before.Value, 1)}), Quiet),
		bar(now, w.Say("pictures.now", map[string]any{"Mean": w.Number(*now.Value, 1)}), Plain),
	}}
}

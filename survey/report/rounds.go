package report

import (
	"cmp"
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// recurs tells whether a form is asked again and again, about no training.
func recurs(form stats.Form) bool {
	return !slices.ContainsFunc(form.Rounds, func(round stats.RoundOf) bool { return round.Training != "" || round.Code != "" })
}

// roundName is what a round is called among the rounds of its form.
func (w *writer) roundName(round stats.RoundOf) string {
	return cmp.Or(round.Training, w.Say("report.opened_on", map[string]any{"Day": w.Day(round.Opened.In(w.zone))}))
}

// means are the dimensions of a form that is about no training, of a group, and how
// each moved since the round before.
func (w *writer) means(form stats.Form, group string) {
	if !recurs(form) {
		return
	}
	most, n, hidden, changed := "", 0, false, false
	var means []string
	for _, dimension := range survey.Dimensions() {
		item := stats.DimensionItem(dimension)
		level := highestOf(form, dimension)
		mean, shown := w.figure(form, group, stats.Mean, item)
		hidden = hidden || w.withheld(form, group, stats.Mean, item)
		if !shown || level != cmp.Or(most, level) {
			continue
		}
		most, n = level, max(n, mean.N)
		said := w.Say("export.dimension."+string(dimension), nil) + " " + w.Number(*mean.Value, 1)
		if moved, ok := w.figure(form, group, stats.MeanMoved, item); ok {
			said += " (" + w.signed(*moved.Value, 1) + ")"
			changed = true
		}
		means = append(means, said)
	}
	switch {
	case len(means) > 0:
		w.say("means", map[string]any{"Most": most, "Means": strings.Join(means, ", "), "N": w.Count(n)})
	case hidden:
		w.say("means_hidden", map[string]any{"Hidden": w.hidden()})
	}
	w.compared(form, group, changed)
}

// compared says how many sent in the round before, and, where changes are told,
// that they are since then.
func (w *writer) compared(form stats.Form, group string, changed bool) {
	rate, _ := w.figure(form, group, stats.Rate, "")
	moved, ok := w.figure(form, group, stats.RateMoved, "")
	if !ok {
		return
	}
	key := "before"
	if changed {
		key = "since"
	}
	w.say(key, map[string]any{"Day": w.Day(w.figures.Before.Opened.In(w.zone)), "Rate": w.Percent(*rate.Value-*moved.Value, 0)})
}

// highestOf is the last level of the scale on which a form asks for a dimension.
func highestOf(form stats.Form, dimension survey.Dimension) string {
	for _, item := range form.Items {
		if item.Dimension == dimension && item.Kind == survey.Scale {
			return item.Choices[len(item.Choices)-1].Name
		}
	}
	return ""
}

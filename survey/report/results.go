package report

import (
	"slices"
	"strings"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// overall is the item of all questions on satisfaction together.
func overall() string { return stats.DimensionItem(survey.Satisfaction) }

// satisfaction is how satisfied a group is; a message and a page say it alike.
func (w *writer) satisfaction(form stats.Form, group string) {
	item := overall()
	mean, shown := w.figure(form, group, stats.Mean, item)
	if !shown {
		if w.withheld(form, group, stats.Mean, item) {
			w.say("satisfaction_hidden", map[string]any{"Hidden": w.hidden()})
		}
		return
	}
	upper, _ := w.figure(form, group, stats.Upper, item)
	data := map[string]any{"Most": highest(form), "Mean": w.Number(*mean.Value, 1), "Share": w.Percent(*upper.Value, 0), "N": w.Count(mean.N)}
	index, hasIndex := w.figure(form, group, stats.IndexOf, item)
	if !hasIndex {
		w.say("satisfaction", data)
		return
	}
	data["Index"], data["Grade"] = w.index(*index.Value), stats.GradeOf(*index.Value)
	said := w.Say("report.satisfaction_index", data)
	if moved, ok := w.figure(form, group, stats.IndexMoved, item); ok {
		said += "; " + w.moved(*moved.Value)
	}
	w.line(said)
}

// highest is the last level of the scale on which a form asks for satisfaction.
func highest(form stats.Form) string {
	for _, item := range form.Items {
		if item.Dimension == survey.Satisfaction && item.Kind == survey.Scale {
			return item.Choices[len(item.Choices)-1].Name
		}
	}
	return ""
}

// index writes a satisfaction index with the two decimals by which it is graded.
func (w *writer) index(value float64) string { return w.Number(value, 2) }

// moved says how an index moved since the week before.
func (w *writer) moved(by float64) string {
	written := w.Number(by, 1)
	switch {
	case strings.HasPrefix(written, "-"):
		return w.Say("report.fell", map[string]any{"By": w.Number(-by, 1)})
	case written == w.Number(0, 1):
		return w.Say("report.same", nil)
	}
	return w.Say("report.rose", map[string]any{"By": written})
}

// gain is what people say they can do, before and now.
func (w *writer) gain(form stats.Form, group string) {
	for _, item := range pairedItems(form) {
		gain, shown := w.figure(form, group, stats.Gain, item)
		if !shown {
			if w.withheld(form, group, stats.Gain, item) {
				w.say("gain_hidden", map[string]any{"Hidden": w.hidden()})
			}
			continue
		}
		before, _ := w.figure(form, group, stats.Before, item)
		now, _ := w.figure(form, group, stats.Now, item)
		key := "gain"
		if len(pairedItems(form)) > 1 {
			key = "gain_of"
		}
		w.say(key, map[string]any{"Label": w.pairLabel(form, item), "Before": w.Number(*before.Value, 1), "Now": w.Number(*now.Value, 1),
			"Gain": w.signed(*gain.Value, 1), "N": w.Count(gain.N)})
	}
}

// pairLabel is the question of a pair that asks how it is now.
func (w *writer) pairLabel(form stats.Form, item string) string {
	for _, question := range form.Items {
		if question.Name == item+stats.EndsNow {
			return shortened(question.Label.In(w.Language()), w.detail.label)
		}
	}
	return item
}

// signed writes a difference with its sign.
func (w *writer) signed(value float64, decimals int) string {
	written := w.Number(value, decimals)
	if value > 0 && written != w.Number(0, decimals) {
		return "+" + written
	}
	return written
}

// plans is how many wrote what they will do and, later, have done it.
func (w *writer) plans(form stats.Form, group string) {
	for _, item := range form.Items {
		if answered, shown := w.figure(form, group, stats.Answered, item.Name); shown {
			w.say("intend", map[string]any{"N": w.Count(answered.N), "Base": w.Count(answered.Base), "Share": w.Percent(*answered.Value, 0)})
		}
		if item.Name != stats.PlanDone {
			continue
		}
		if done, shown := w.planDone(form, group); shown {
			w.say("done", map[string]any{"N": w.Count(done.N), "Base": w.Count(done.Base), "Share": w.Percent(*done.Value, 0)})
		} else if w.withheld(form, group, stats.Mean, item.Name) {
			w.say("done_hidden", map[string]any{"Hidden": w.hidden()})
		}
	}
}

// planDone is how many have carried out their plan; false where that is not known.
func (w *writer) planDone(form stats.Form, group string) (stats.Figure, bool) {
	at := slices.IndexFunc(form.Items, func(i stats.Item) bool { return i.Name == stats.PlanDone && len(i.Choices) > 0 })
	if at < 0 {
		return stats.Figure{}, false
	}
	choices := form.Items[at].Choices
	return w.figure(form, group, stats.Chosen, stats.ChoiceItem(stats.PlanDone, choices[len(choices)-1].Name))
}

// ranking says the most named, as many at most, of the ranking that key stands for.
func (w *writer) ranking(key string, most int, form stats.Form, group string, dimensions ...survey.Dimension) {
	r, asked := w.table.Ranking(form, group, dimensions...)
	switch {
	case !asked:
		return
	case r.Withheld:
		w.say(key+"_hidden", map[string]any{"Hidden": w.hidden()})
		return
	case len(r.Choices) == 0:
		w.say(key+"_none", map[string]any{"N": w.Count(r.Base)})
		return
	}
	var named []string
	for _, choice := range r.Choices[:min(most, len(r.Choices))] {
		named = append(named, w.Say("report.named", map[string]any{"Label": w.label(choice.Label), "Share": w.Percent(*choice.Figure.Value, 0)}))
	}
	w.say(key, map[string]any{"Named": strings.Join(named, ", "), "N": w.Count(r.Base)})
}

// label is a choice's label as it stands within a sentence.
func (w *writer) label(label survey.Text) string {
	return shortened(lowerFirst(label.In(w.Language())), w.detail.label)
}

// pairedItems are the items of which a form asks before and now.
func pairedItems(form stats.Form) []string {
	var items []string
	for _, item := range form.Items {
		if name, ends := strings.CutSuffix(item.Name, stats.EndsNow); ends {
			items = append(items, name)
		}
	}
	return items
}

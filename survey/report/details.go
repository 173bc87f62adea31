package report

import (
	"slices"
	"strings"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// Part is a training's round, or a unit, of which a summary has details.
type Part struct {
	Name  string // of the training or unit
	Form  string // the form's title; of a unit, which may have several, ""
	group string
	forms []stats.Form
}

// Is tells whether the part is a round.
func (p Part) Is(round int64) bool { return p.group == stats.RoundGroup(round) }

// Trainings are the rounds of a summary as they are looked at one by one, each
// form's in the order in which they opened.
func Trainings(f stats.Figures, phrases text.Phrases) []Part {
	var parts []Part
	for _, form := range f.Forms {
		for _, round := range form.Rounds {
			parts = append(parts, Part{Name: round.Training, Form: form.Title.In(phrases.Language()),
				group: stats.RoundGroup(round.ID), forms: []stats.Form{form}})
		}
	}
	return parts
}

// Units are the units of a summary as they are looked at one by one, by name.
func Units(f stats.Figures) []Part {
	at := make(map[int64]int)
	var parts []Part
	for _, form := range f.Forms {
		for _, unit := range form.Units {
			if _, known := at[unit]; !known {
				at[unit] = len(parts)
				parts = append(parts, Part{Name: f.UnitNames[unit], group: stats.UnitGroup(unit)})
			}
			parts[at[unit]].forms = append(parts[at[unit]].forms, form)
		}
	}
	sortByName(parts)
	return parts
}

// Detail is what a summary tells of one part, without its name, short enough to
// stand below a picture.
func Detail(f stats.Figures, p Part, phrases text.Phrases, zone *time.Location) string {
	said := ""
	for _, label := range []int{70, 48, 32, 20} {
		w := newWriter(f, phrases, zone)
		w.detail.label = label
		for i, form := range p.forms {
			if i > 0 {
				w.blank()
			}
			if p.Form == "" {
				w.line(shortened(form.Title.In(phrases.Language()), longestForm))
			}
			w.part(form, p.group)
			w.pairDetails(form, p.group)
		}
		if w.hides(p) {
			w.blank()
			w.say("detail.hidden_note", map[string]any{"Least": stats.Least})
		}
		if said = strings.Join(w.lines, "\n"); units(said) <= LongestCaption-longestName {
			return said
		}
		said = fitting(w.lines, LongestCaption-longestName)
	}
	return said
}

// readable is how much of a question has to stand for it to be told from others.
const readable = 48

// longestName is what is kept free for a part's name and form above its details.
const longestName = 160

func (w *writer) part(form stats.Form, group string) {
	data := w.rate(form, group)
	if rate, ok := w.figure(form, group, stats.Rate, ""); ok {
		data["Low"], data["High"] = w.Percent(*rate.Low, 0), w.Percent(*rate.High, 0)
		w.say("detail.people", data)
	}
	if unreached, _ := w.figure(form, group, stats.Unreached, ""); unreached.N > 0 {
		w.say("detail.unreached", map[string]any{"Count": unreached.N})
	}
	if declined, _ := w.figure(form, group, stats.Declined, ""); declined.N > 0 {
		w.say("detail.declined", map[string]any{"Count": declined.N})
	}
	counted, _ := w.figure(form, group, stats.Counted, "")
	switch {
	case counted.Base == 0:
		w.say(w.soFar("detail.no_answers"), map[string]any{"Period": w.period})
		return
	case counted.N == 0:
		w.say("detail.all_hidden", map[string]any{"Hidden": w.hidden()})
		return
	case counted.N < counted.Base:
		w.say("detail.counted", map[string]any{"Counted": w.Count(counted.N), "SentNow": w.Count(counted.Base)})
	}
	w.blank()
	w.satisfaction(form, group)
	w.means(form, group)
	w.gain(form, group)
	w.plans(form, group)
	w.ranking("obstacles", mostNamed, form, group, survey.Obstacle)
	w.ranking("help", mostNamed, form, group, survey.Support, survey.Recommendation)
	if w.detail.label >= readable {
		w.items(form, group)
	}
}

// items are the means of the questions on satisfaction, or where there are none of
// all scales.
func (w *writer) items(form stats.Form, group string) {
	var listed []string
	for _, only := range []bool{true, false} {
		for _, item := range form.Items {
			if only != (item.Dimension == survey.Satisfaction) {
				continue
			}
			if mean, shown := w.figure(form, group, stats.Mean, item.Name); shown && item.Kind == survey.Scale {
				listed = append(listed, w.Say("report.detail.item", map[string]any{
					"Label": strings.TrimSuffix(shortened(item.Label.In(w.Language()), w.detail.label), "?"), "Mean": w.Number(*mean.Value, 1)}))
			}
		}
		if len(listed) > 0 {
			break
		}
	}
	if len(listed) == 0 {
		return
	}
	w.blank()
	w.say("detail.items", nil)
	w.lines = append(w.lines, listed...)
}

// hides tells whether something of a part is withheld.
func (w *writer) hides(p Part) bool {
	for _, form := range p.forms {
		counted, _ := w.figure(form, p.group, stats.Counted, "")
		if counted.N < counted.Base {
			return true
		}
		for _, item := range form.Items {
			if w.withheld(form, p.group, stats.Chosen, item.Name) {
				return true
			}
		}
	}
	return false
}

func sortByName(parts []Part) {
	slices.SortStableFunc(parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
}

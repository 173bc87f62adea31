package report

import (
	"cmp"
	"slices"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// longestTitle is how many characters of a training's name a title takes.
const longestTitle = 64

// clearlyLower is how many points of 100 a training has to be below all
// together for a title to name it: less is chance as likely as not.
const clearlyLower = FellBy

// fewestOthers is how many other forms the first chart names.
const fewestOthers = 2

// glance is the first chart: the period as it went, by training.
func (w *writer) glance(form stats.Form) (Chart, bool) {
	_, _, shown := w.satisfied(form, stats.All)
	sent, _ := w.figure(form, stats.All, stats.SentNow, "")
	rounds := w.bySatisfaction(form)
	var chart Chart
	switch {
	case shown && len(rounds) == 1:
		chart = w.oneTraining(form, rounds[0])
	case shown || (sent.N > 0 && w.withheld(form, stats.All, stats.Upper, overall())):
		chart = w.manyTrainings(form, rounds)
	default:
		chart = w.rates(form)
	}
	if chart.says(w.hidden()) {
		chart.Notes = append(chart.Notes, w.Say("report.detail.hidden_note", map[string]any{"Least": stats.Least}))
	}
	chart.Rows = append(chart.Rows, w.otherForms(form)...)
	return chart, true
}

// oneTraining is its satisfaction by question.
func (w *writer) oneTraining(form stats.Form, round stats.RoundOf) Chart {
	upper, _ := w.figure(form, stats.All, stats.Upper, overall())
	all := w.satisfactionRow(form, stats.All, w.Say("pictures.all_questions", nil))
	notes := w.source(form, upper.N)
	if w.indexed(form) {
		all.Label = w.Say("pictures.index_name", nil)
		notes = append(notes, w.Say("pictures.index_note", nil))
	}
	all.Strong = true
	return Chart{
		Name:  w.Say("pictures.file.satisfaction", nil),
		Title: w.title("satisfied_with", map[string]any{"Share": w.Percent(*upper.Value, 0), "Training": w.name(form, round, longestTitle)}),
		About: w.Say("pictures.by_question", nil),
		Rows:  append([]Row{all}, w.questionRows(form)...),
		Notes: append(notes, w.Say("pictures.interval_note", nil)),
	}
}

// manyTrainings is their satisfaction, or that it is withheld.
func (w *writer) manyTrainings(form stats.Form, rounds []stats.RoundOf) Chart {
	upper, shown := w.figure(form, stats.All, stats.Upper, overall())
	lowest := w.lowest(form, rounds)
	chart := Chart{
		Name:  w.Say("pictures.file.satisfaction", nil),
		Title: w.title("withheld", nil),
		About: w.Say("pictures.share_scale", nil),
		Rows:  w.roundRows(form, rounds, lowest, w.satisfactionRow),
		Notes: w.source(form, upper.N),
	}
	if w.indexed(form) {
		chart.About = w.Say("pictures.index_scale", nil)
	}
	if shown {
		data := map[string]any{"Share": w.Percent(*upper.Value, 0)}
		chart.Title = w.title("satisfied", data)
		if lowest {
			data["Training"] = w.name(form, rounds[0], longestTitle)
			chart.Title = w.title("satisfied_lowest", data)
		}
		if w.indexed(form) {
			chart.Notes = append(chart.Notes, w.Say("pictures.index_note", nil))
		}
	}
	return chart
}

// says tells whether a bar of the chart says so.
func (c Chart) says(said string) bool {
	return slices.ContainsFunc(c.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Bars, func(b Bar) bool { return b.Said == said })
	})
}

func (w *writer) title(key string, data map[string]any) string {
	return w.Say("pictures.title."+key, data)
}

// rates is the first chart where nothing is known of satisfaction.
func (w *writer) rates(form stats.Form) Chart {
	rounds := w.byRate(form)
	all := w.rate(form, stats.All)
	data := map[string]any{"Rate": all["Rate"]}
	key := "rate"
	lowest := false
	if sent, _ := w.figure(form, stats.All, stats.SentNow, ""); sent.N == 0 {
		key = "no_answers"
	} else if len(rounds) > 1 && w.rateOf(form, rounds[0]) < min(w.rateOf(form, rounds[1]), FewRate) {
		lowest = true
		key, data["Training"] = "rate_lowest", w.name(form, rounds[0], longestTitle)
	}
	about := "rates"
	if len(rounds) > 1 {
		about = "rates_sorted"
	}
	return Chart{Name: w.Say("pictures.file.rates", nil), Title: w.title(key, data), About: w.Say("pictures."+about, nil),
		Rows: w.roundRows(form, rounds, lowest, w.rateRow), Notes: w.source(form, 0)}
}

// name is what a round is called: by its training, or where it recurs without one
// by its form. Most is how many characters it may have, 0 any number.
func (w *writer) name(form stats.Form, round stats.RoundOf, most int) string {
	name := cmp.Or(round.Training, round.Code, form.Title.In(w.Language()))
	if most == 0 {
		return name
	}
	return abridged(name, most)
}

// asked are the rounds that asked somebody.
func (w *writer) asked(form stats.Form) []stats.RoundOf {
	return slices.DeleteFunc(slices.Clone(form.Rounds), func(r stats.RoundOf) bool {
		invited, _ := w.figure(form, stats.RoundGroup(r.ID), stats.Invited, "")
		return invited.N == 0
	})
}

// indexed tells whether a form has a satisfaction index, withheld or not: it needs
// scales from 1 to 4. Else the share of the satisfied stands in its place.
func (w *writer) indexed(form stats.Form) bool {
	_, found := w.table[stats.Key{Form: form.Key, Group: stats.All, Measure: stats.IndexOf, Item: overall()}]
	return found
}

// satisfied is how satisfied a group is, as a part of the most that is possible and
// in words; false where nothing is shown of it.
func (w *writer) satisfied(form stats.Form, group string) (part float64, said string, shown bool) {
	if w.indexed(form) {
		index, shown := w.figure(form, group, stats.IndexOf, overall())
		if !shown {
			return 0, "", false
		}
		return *index.Value / 100, w.Say("pictures.index", map[string]any{"Index": w.index(*index.Value), "Grade": stats.GradeOf(*index.Value)}), true
	}
	upper, shown := w.figure(form, group, stats.Upper, overall())
	if !shown {
		return 0, "", false
	}
	return *upper.Value, w.Say("pictures.satisfied", map[string]any{"Share": w.Percent(*upper.Value, 0)}), true
}

// bySatisfaction are the rounds from the least satisfied to the most, then those
// that are withheld, then those that nobody answered.
func (w *writer) bySatisfaction(form stats.Form) []stats.RoundOf {
	const withheld, unanswered = 2, 3
	place := func(r stats.RoundOf) float64 {
		group := stats.RoundGroup(r.ID)
		if part, _, shown := w.satisfied(form, group); shown {
			return part
		}
		if w.withheld(form, group, stats.Upper, overall()) {
			return withheld
		}
		return unanswered
	}
	rounds := w.asked(form)
	slices.SortStableFunc(rounds, func(a, b stats.RoundOf) int { return cmp.Compare(place(a), place(b)) })
	return rounds
}

// byRate are the rounds from the lowest response rate to the highest.
func (w *writer) byRate(form stats.Form) []stats.RoundOf {
	rounds := w.asked(form)
	slices.SortStableFunc(rounds, func(a, b stats.RoundOf) int { return cmp.Compare(w.rateOf(form, a), w.rateOf(form, b)) })
	return rounds
}

func (w *writer) rateOf(form stats.Form, round stats.RoundOf) float64 {
	rate, shown := w.figure(form, stats.RoundGroup(round.ID), stats.Rate, "")
	if !shown {
		return 0
	}
	return *rate.Value
}

// lowest tells whether the first of the rounds is clearly the least satisfied.
func (w *writer) lowest(form stats.Form, rounds []stats.RoundOf) bool {
	if len(rounds) < 2 {
		return false
	}
	all, _, _ := w.satisfied(form, stats.All)
	first, said, firstShown := w.satisfied(form, stats.RoundGroup(rounds[0].ID))
	_, next, nextShown := w.satisfied(form, stats.RoundGroup(rounds[1].ID))
	return firstShown && nextShown && 100*(all-first) >= clearlyLower && said != next
}

// roundRows are all rounds together, where there are several, then the first of
// them, and how many there are more.
func (w *writer) roundRows(form stats.Form, rounds []stats.RoundOf, lowest bool, row func(stats.Form, string, string) Row) []Row {
	var rows []Row
	if len(rounds) > 1 {
		all := row(form, stats.All, w.Say("pictures.all_rounds", map[string]any{"Count": len(rounds)}))
		all.Strong = true
		rows = append(rows, all)
	}
	for i, round := range rounds {
		if i == most && len(rounds) > most+1 {
			rows = append(rows, Row{Label: w.Say("pictures.more_rounds", map[string]any{"Count": len(rounds) - i})})
			break
		}
		shown := row(form, stats.RoundGroup(round.ID), w.name(form, round, 0))
		if i == 0 && lowest {
			shown.Strong = true
			shown.Bars[0].Tone = Stressed
		}
		rows = append(rows, shown)
	}
	return rows
}

// satisfactionRow is how satisfied a group is, with how many sent.
func (w *writer) satisfactionRow(form stats.Form, group, label string) Row {
	bar := Bar{Said: w.Say("pictures.no_answers", nil), Tone: Quiet, Aside: w.Say("pictures.sent", w.rate(form, group))}
	if part, said, shown := w.satisfied(form, group); shown {
		bar.Said, bar.Tone, bar.Length = said, Plain, part
	} else if w.withheld(form, group, stats.Upper, overall()) {
		bar.Said = w.hidden()
	}
	return Row{Label: label, Bars: []Bar{bar}}
}

// rateRow is how many of a group sent.
func (w *writer) rateRow(form stats.Form, group, label string) Row {
	data := w.rate(form, group)
	bar := Bar{Said: data["Rate"].(string), Aside: w.Say("pictures.sent", data)}
	if rate, shown := w.figure(form, group, stats.Rate, ""); shown {
		bar.Length = *rate.Value
	}
	return Row{Label: label, Bars: []Bar{bar}}
}

// questionRows are the shares of the satisfied by question, the lowest first.
func (w *writer) questionRows(form stats.Form) []Row {
	var rows []Row
	for _, item := range form.Items {
		upper, shown := w.figure(form, stats.All, stats.Upper, item.Name)
		if item.Dimension != survey.Satisfaction || item.Kind != survey.Scale || !shown {
			continue
		}
		low, high := ends(upper)
		rows = append(rows, Row{Label: item.Label.In(w.Language()), Bars: []Bar{{Length: *upper.Value, Low: low, High: high,
			Said: w.Say("pictures.satisfied", map[string]any{"Share": w.Percent(*upper.Value, 0)})}}})
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.Bars[0].Length, b.Bars[0].Length) })
	return rows[:min(most, len(rows))]
}

// otherForms are how many sent the other forms of the period.
func (w *writer) otherForms(shown stats.Form) []Row {
	var rows []Row
	for _, form := range w.figures.Forms {
		invited, _ := w.figure(form, stats.All, stats.Invited, "")
		if form.Key == shown.Key || invited.N == 0 || len(rows) == fewestOthers {
			continue
		}
		row := w.rateRow(form, stats.All, w.Say("pictures.form_rounds", map[string]any{
			"Form":   form.Title.In(w.Language()),
			"Rounds": w.Say("report.count_rounds", map[string]any{"Count": len(w.asked(form))}),
		}))
		row.Bars[0].Tone = Quiet
		rows = append(rows, row)
	}
	return rows
}

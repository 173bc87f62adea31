// Package report renders figures for people. It is pure: the same figures give
// the same report.
package report

import (
	"slices"
	"strings"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// Notice is what is to be said of how a summary reaches its reader.
type Notice struct {
	Late     bool // the program was not running when it was due
	Repeated bool // whether it arrived before is not known
	Room     int  // UTF-16 units that are kept free for what else stands below the picture
}

// LongestCaption is how much Telegram takes below a picture, in UTF-16 units.
const LongestCaption = 1024

// longestUnit is how much of a unit's name a message has.
const longestUnit = 80

// longestForm is how much of a form's title it has.
const longestForm = 60

// mostNamed is how many obstacles are named, and how many things that would help.
const mostNamed = 3

// detail is how much a message says, from most to least: what is left out stands in
// the pages behind it.
type detail struct {
	forms  int // that are told of
	rounds int // that are listed of a form
	title  int // characters of a training's title
	label  int // characters of an obstacle
	helps  int // things that would help
}

func details() []detail {
	const all = 1000
	return []detail{{all, 6, 44, 60, 3}, {all, 4, 44, 44, 3}, {all, 4, 36, 30, 3}, {all, 3, 36, 28, 2}, {all, 3, 32, 24, 1},
		{all, 2, 28, 24, 1}, {all, 1, 28, 20, 1}, {all, 0, 24, 16, 1}, {3, 0, 24, 16, 1}, {2, 0, 24, 16, 1}, {1, 0, 24, 16, 1}}
}

// Text is a summary as one message without markup, read in a minute and short
// enough to stand below a picture: what came out first, then rounds, satisfaction,
// the obstacles named most often and what would help, and what is to be decided.
// Days are those of zone.
func Text(f stats.Figures, phrases text.Phrases, zone *time.Location, notice Notice) string {
	said, room := "", LongestCaption-notice.Room
	for _, d := range details() {
		w := newWriter(f, phrases, zone)
		w.detail = d
		w.head(notice)
		for _, form := range f.Forms[:min(d.forms, len(f.Forms))] {
			w.form(form)
		}
		if more := len(f.Forms) - d.forms; more > 0 {
			w.blank()
			w.say("more_forms", map[string]any{"Count": more})
		}
		w.decisions()
		if said = strings.Join(w.lines, "\n"); units(said) <= room {
			return said
		}
		said = fitting(w.lines, room)
	}
	return said
}

type writer struct {
	text.Phrases
	figures stats.Figures
	table   stats.Table
	zone    *time.Location
	period  string
	detail  detail
	lines   []string
}

func newWriter(f stats.Figures, phrases text.Phrases, zone *time.Location) *writer {
	w := &writer{Phrases: phrases, figures: f, table: f.Table(), zone: zone}
	days := phrases.Days(f.From.In(zone), f.To.Add(-time.Nanosecond).In(zone))
	key := "report.week"
	if f.Round != 0 {
		key, days = "report.so_far", phrases.Moment(f.To, zone)
	}
	w.period = phrases.Say(key, map[string]any{"Days": days})
	return w
}

func (w *writer) line(said string) { w.lines = append(w.lines, said) }

func (w *writer) blank() { w.line("") }

// say adds a line of the texts.
func (w *writer) say(key string, data map[string]any) { w.line(w.Say("report."+key, data)) }

// figure is one of all of a form together; false where there is none, or it is
// withheld.
func (w *writer) figure(form stats.Form, group string, measure stats.Measure, item string) (stats.Figure, bool) {
	f, found := w.table[stats.Key{Form: form.Key, Group: group, Measure: measure, Item: item}]
	return f, found && !f.Withheld
}

// withheld tells whether a figure is there that is not shown.
func (w *writer) withheld(form stats.Form, group string, measure stats.Measure, item string) bool {
	return w.table[stats.Key{Form: form.Key, Group: group, Measure: measure, Item: item}].Withheld
}

// hidden is what stands in the place of a figure that is withheld.
func (w *writer) hidden() string { return w.Say("report.hidden", map[string]any{"Least": stats.Least}) }

func (w *writer) head(notice Notice) {
	period := map[string]any{"Period": w.period}
	if len(w.figures.Forms) == 0 {
		w.say(w.soFar("quiet"), period)
	} else {
		w.say("heading", map[string]any{"Period": upperFirst(w.period), "Finding": w.finding()})
	}
	w.whose()
	if notice.Late {
		w.say("late", period)
	}
	if notice.Repeated {
		w.say("repeated", nil)
	}
}

// soFar is the key of a text as it is said of a round, which has no week, where that
// is what the figures are of.
func (w *writer) soFar(key string) string {
	if w.figures.Round != 0 {
		return key + "_so_far"
	}
	return key
}

// whose says of which units the summary is, where it is not of the whole office.
func (w *writer) whose() {
	switch named := w.figures.UnitNames; {
	case len(w.figures.Units) == 1 && named[w.figures.Units[0]] != "":
		w.line(shortened(named[w.figures.Units[0]], longestUnit))
	case len(w.figures.Units) > 1:
		w.say("of_units", map[string]any{"Count": len(w.figures.Units)})
	}
}

// finding is the period in half a sentence, that of the form that most answered: of
// those that ask how satisfied people are, else of those that ask for obstacles.
func (w *writer) finding() string {
	answers := 0
	var satisfied, done stats.Figure
	var hindered stats.Ranking
	for _, form := range w.figures.Forms {
		now, _ := w.figure(form, stats.All, stats.SentNow, "")
		answers += now.N
		upper, shown := w.figure(form, stats.All, stats.Upper, stats.DimensionItem(survey.Satisfaction))
		ranking, asked := w.table.Ranking(form, stats.All, survey.Obstacle)
		if !asked {
			ranking = stats.Ranking{}
		}
		switch {
		case shown && upper.Base > satisfied.Base:
			satisfied, hindered = upper, ranking
		case satisfied.Base == 0 && ranking.Base > hindered.Base:
			hindered = ranking
			done, _ = w.planDone(form, stats.All)
		}
	}
	data := map[string]any{}
	key := "withheld"
	switch {
	case answers == 0:
		key = "no_answers"
	case satisfied.Base > 0:
		key, data["Share"] = "satisfied", w.Percent(*satisfied.Value, 0)
	case done.Base > 0:
		key, data["Share"] = "done", w.Percent(*done.Value, 0)
	case hindered.Base > 0 && len(hindered.Choices) == 0:
		key = "no_obstacle"
	case hindered.Base > 0:
		key = "only"
	}
	switch named := w.foremostOf(hindered); {
	case answers == 0:
	case named != "":
		key, data["Obstacle"] = key+"_obstacle", named
	case key == "only":
		key = "many_obstacles"
	}
	return w.Say("report.finding."+key, data)
}

// foremostOf is the choice that most named, or both where there are two; "" where
// none stands out.
func (w *writer) foremostOf(r stats.Ranking) string {
	if len(r.Choices) == 0 || equallyNamed(r.Choices) > 2 {
		return ""
	}
	first := w.label(r.Choices[0].Label)
	if equallyNamed(r.Choices) == 1 {
		return first
	}
	return w.Say("report.both", map[string]any{"First": first, "Second": w.label(r.Choices[1].Label)})
}

func (w *writer) form(form stats.Form) {
	w.blank()
	w.standing(form)
	if counted, _ := w.figure(form, stats.All, stats.Counted, ""); counted.N == 0 {
		if counted.Base > 0 {
			w.say("detail.all_hidden", map[string]any{"Hidden": w.hidden()})
		}
		return
	}
	w.satisfaction(form, stats.All)
	w.gain(form, stats.All)
	w.plans(form, stats.All)
	w.ranking("obstacles", mostNamed, form, stats.All, survey.Obstacle)
	w.ranking("help", w.detail.helps, form, stats.All, survey.Support, survey.Recommendation)
}

// standing is how many sent, of the form and of its rounds.
func (w *writer) standing(form stats.Form) {
	data := w.rate(form, stats.All)
	data["Form"] = shortened(form.Title.In(w.Language()), longestForm)
	key := "form"
	if len(form.Rounds) == 1 {
		key, data["Training"] = "form_of_one", shortened(form.Rounds[0].Training, max(w.detail.title, 20))
	}
	data["Rounds"] = w.Say("report.count_rounds", map[string]any{"Count": len(form.Rounds)})
	said := w.Say("report."+key, data)
	if now, _ := w.figure(form, stats.All, stats.SentNow, ""); w.figures.Round == 0 && w.Count(now.N) != data["Sent"] {
		said += ", " + w.Say("report.of_week", map[string]any{"New": w.Count(now.N)})
	}
	w.line(said)
	if key == "form_of_one" {
		return
	}
	for i, round := range form.Rounds {
		if i == w.detail.rounds {
			if i > 0 {
				w.say("more_rounds", map[string]any{"Count": len(form.Rounds) - i})
			}
			break
		}
		group := stats.RoundGroup(round.ID)
		data := w.rate(form, group)
		data["Training"] = shortened(round.Training, w.detail.title)
		said := w.Say("report.round", data)
		item := stats.DimensionItem(survey.Satisfaction)
		if index, shown := w.figure(form, group, stats.IndexOf, item); shown {
			said += ", " + w.Say("report.round_index", map[string]any{"Index": w.index(*index.Value), "Grade": stats.GradeOf(*index.Value)})
		} else if w.withheld(form, group, stats.IndexOf, item) {
			said += ", " + w.Say("report.round_hidden", map[string]any{"Hidden": w.hidden()})
		}
		w.line(said)
	}
}

func (w *writer) rate(form stats.Form, group string) map[string]any {
	data := map[string]any{"Sent": w.Count(0), "Invited": w.Count(0), "Rate": w.Percent(0, 0)}
	if sent, ok := w.figure(form, group, stats.Sent, ""); ok {
		data["Sent"], data["Invited"] = w.Count(sent.N), w.Count(sent.Base)
	}
	if rate, ok := w.figure(form, group, stats.Rate, ""); ok {
		data["Rate"] = w.Percent(*rate.Value, 0)
	}
	return data
}

func (w *writer) satisfaction(form stats.Form, group string) {
	item := stats.DimensionItem(survey.Satisfaction)
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

// Package report renders figures for people. It is pure: the same figures give
// the same report.
package report

import (
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
	pairs  int // comparisons of the same people
}

func details() []detail {
	const all = 1000
	return []detail{{all, 6, 44, 60, 3, 2}, {all, 4, 44, 44, 3, 2}, {all, 4, 36, 30, 3, 2}, {all, 3, 36, 28, 2, 2}, {all, 3, 32, 24, 1, 2},
		{all, 2, 28, 24, 1, 2}, {all, 1, 28, 20, 1, 1}, {all, 0, 24, 16, 1, 1}, {3, 0, 24, 16, 1, 1}, {2, 0, 24, 16, 1, 1}, {1, 0, 24, 16, 1, 1}}
}

// Text is a summary as one message without markup, read in a minute and short
// enough to stand below a picture: what came out first, then rounds, satisfaction,
// the obstacles named most often and what would help, what the same people said twice,
// and what is to be decided.
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
		w.pairs()
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
		upper, shown := w.figure(form, stats.All, stats.Upper, overall())
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
	w.means(form, stats.All)
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
	switch {
	case len(form.Rounds) == 1 && recurs(form):
		key = "form_alone"
	case len(form.Rounds) == 1:
		key, data["Training"] = "form_of_one", shortened(form.Rounds[0].Training, max(w.detail.title, 20))
	}
	data["Rounds"] = w.Say("report.count_rounds", map[string]any{"Count": len(form.Rounds)})
	said := w.Say("report."+key, data)
	if now, _ := w.figure(form, stats.All, stats.SentNow, ""); w.figures.Round == 0 && w.Count(now.N) != data["Sent"] {
		said += ", " + w.Say("report.of_week", map[string]any{"New": w.Count(now.N)})
	}
	w.line(said)
	if key != "form" {
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
		data["Training"] = shortened(w.roundName(round), w.detail.title)
		said := w.Say("report.round", data)
		item := overall()
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

// Package report renders figures for people. It is pure: the same figures give
// the same report.
package report

import (
	"strings"
	"time"
	"unicode"

	"pascalatih/survey/stats"
	"pascalatih/survey/text"
)

// Notice is what is to be said of how a summary reaches its reader.
type Notice struct {
	Late     bool // the program was not running when it was due
	Repeated bool // whether it arrived before is not known
}

const (
	mostRounds   = 12 // that are listed; a message holds 4,096 characters
	longestTitle = 60 // characters of a training's title
	mostNamed    = 3  // obstacles, and what would help
)

// Text is a week's summary as one message without markup, read in a minute: what
// came of the week first, then its rounds, satisfaction, the obstacles named most
// often and what would help. Days are those of zone.
func Text(f stats.Figures, phrases text.Phrases, zone *time.Location, notice Notice) string {
	w := writer{figures: f, Phrases: phrases}
	w.week = phrases.Days(f.From.In(zone), f.To.Add(-time.Nanosecond).In(zone))
	w.head(notice)
	for _, form := range f.Forms {
		w.form(form)
	}
	if f.Withheld {
		w.blank()
		w.line(w.Say("report.withheld", map[string]any{"Least": stats.Least}))
	}
	return strings.Join(w.lines, "\n")
}

type writer struct {
	text.Phrases
	figures stats.Figures
	week    string
	lines   []string
}

func (w *writer) line(said string) { w.lines = append(w.lines, said) }

func (w *writer) blank() { w.line("") }

func (w *writer) head(notice Notice) {
	week := map[string]any{"Week": w.week}
	if len(w.figures.Forms) == 0 {
		w.line(w.Say("report.quiet", week))
	} else {
		w.line(w.Say("report.heading", map[string]any{"Week": w.week, "Finding": w.finding()}))
	}
	if notice.Late {
		w.line(w.Say("report.late", week))
	}
	if notice.Repeated {
		w.line(w.Say("report.repeated", nil))
	}
}

// finding is the week in half a sentence, that of the form that most answered:
// of those that ask how satisfied people are, else of those that ask for
// obstacles.
func (w *writer) finding() string {
	answers := 0
	var main stats.Form
	for _, form := range w.figures.Forms {
		for _, round := range form.Rounds {
			answers += round.SentNow
		}
		satisfied, hindered := form.Satisfaction.N-main.Satisfaction.N, form.Obstacles.N-main.Obstacles.N
		if satisfied > 0 || satisfied == 0 && hindered > 0 {
			main = form
		}
	}
	key, data := "report.finding.", map[string]any{"Share": w.Percent(main.Satisfaction.Share, 0)}
	if len(main.Obstacles.Choices) > 0 {
		data["Obstacle"] = lowerFirst(main.Obstacles.Choices[0].Label.In(w.Language()))
	}
	_, hindered := data["Obstacle"]
	switch {
	case answers == 0:
		key += "no_answers"
	case main.Satisfaction.N > 0 && hindered:
		key += "satisfied_obstacle"
	case main.Satisfaction.N > 0:
		key += "satisfied"
	case hindered:
		key += "obstacle"
	case main.Obstacles.N > 0:
		key += "no_obstacle"
	default:
		key += "withheld"
	}
	return w.Say(key, data)
}

func (w *writer) form(form stats.Form) {
	w.blank()
	if len(w.figures.Forms) > 1 {
		w.line(form.Title.In(w.Language()))
	}
	w.line(w.Say("report.rounds", nil))
	for i, round := range form.Rounds {
		if i == mostRounds {
			w.line(w.Say("report.more_rounds", map[string]any{"Count": len(form.Rounds) - i}))
			break
		}
		w.round(round)
	}
	w.satisfaction(form.Satisfaction)
	w.ranking("report.obstacles", form.Obstacles)
	w.ranking("report.help", form.Help)
}

func (w *writer) round(round stats.RoundPart) {
	data := map[string]any{
		"Training": shortened(round.Training),
		"Sent":     w.Count(round.Sent),
		"Invited":  w.Count(round.Invited),
		"Rate":     w.Percent(round.Rate, 0),
	}
	switch {
	case round.Satisfaction.Withheld:
		data["Least"] = stats.Least
		w.line(w.Say("report.round_withheld", data))
	case round.Satisfaction.N == 0:
		w.line(w.Say("report.round", data))
	default:
		data["Mean"] = w.Number(round.Satisfaction.Mean, 1)
		w.line(w.Say("report.round_satisfied", data))
	}
}

func (w *writer) satisfaction(s stats.Satisfaction) {
	switch {
	case s.Withheld:
		w.blank()
		w.line(w.Say("report.satisfaction_withheld", map[string]any{"Least": stats.Least}))
		return
	case s.N == 0:
		return
	}
	w.blank()
	w.line(w.Say("report.satisfaction", map[string]any{
		"Mean": w.Number(s.Mean, 1), "Share": w.Percent(s.Share, 0), "N": w.Count(s.N)}))
	lowest := s.Items[0]
	for _, item := range s.Items {
		if item.Mean < lowest.Mean {
			lowest = item
		}
	}
	if lowest.Mean < s.Mean {
		w.line(w.Say("report.lowest", map[string]any{
			"Mean": w.Number(lowest.Mean, 1), "Item": lowest.Label.In(w.Language())}))
	}
}

// ranking says the most named of the ranking that key stands for.
func (w *writer) ranking(key string, r stats.Ranking) {
	switch {
	case r.Withheld:
		w.blank()
		w.line(w.Say(key+"_withheld", map[string]any{"Least": stats.Least}))
		return
	case r.N == 0:
		return
	}
	w.blank()
	if len(r.Choices) == 0 {
		w.line(w.Say(key+"_none", map[string]any{"N": w.Count(r.N)}))
		return
	}
	w.line(w.Say(key, map[string]any{"N": w.Count(r.N)}))
	for i, named := range r.Choices[:min(mostNamed, len(r.Choices))] {
		w.line(w.Say("report.named", map[string]any{"Place": i + 1, "Label": named.Label.In(w.Language()),
			"Times": w.Count(named.Count), "Share": w.Percent(named.Share, 0)}))
	}
}

// shortened cuts a long title at its limit.
func shortened(title string) string {
	letters := []rune(title)
	if len(letters) <= longestTitle {
		return title
	}
	return strings.TrimSpace(string(letters[:longestTitle-1])) + "…"
}

// lowerFirst writes a label as it stands within a sentence; abbreviations stay.
func lowerFirst(label string) string {
	letters := []rune(label)
	if len(letters) > 1 && unicode.IsLower(letters[1]) {
		letters[0] = unicode.ToLower(letters[0])
	}
	return string(letters)
}

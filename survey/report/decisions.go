package report

import (
	"cmp"
	"slices"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// Need is why something has to be decided.
type Need string

// The needs, in the order in which they are told.
const (
	FewSent   Need = "few_sent"  // an open round under a rate of FewRate
	Unreached Need = "unreached" // an open round asks people who cannot be reached
	Fell      Need = "fell"      // a training's satisfaction index fell since the week before
)

// Decision is something that an administrator has to decide about a round.
type Decision struct {
	Need     Need
	Form     string // the instrument's key
	Round    int64
	Training string      // its title; "" where it is about none
	Title    survey.Text // of the form
	Figure   stats.Figure
}

const (
	// FewRate is the response rate under which a round asks for a decision.
	FewRate = 0.3
	// soonRate is how long a round is given before its rate is judged.
	soonRate = 48 * time.Hour
	// FellBy is how many points of its index, of 25 to 100, a training must have
	// fallen: a tenth of the distance between a mutu and the next but one.
	FellBy = 2.5
)

// Decisions are what a summary asks for: of each need the worst first.
func Decisions(f stats.Figures) []Decision {
	table := f.Table()
	var all []Decision
	for _, form := range f.Forms {
		for _, round := range form.Rounds {
			add := func(need Need, figure stats.Figure) {
				all = append(all, Decision{Need: need, Form: form.Key, Round: round.ID, Training: round.Training, Title: form.Title, Figure: figure})
			}
			key := stats.Key{Form: form.Key, Group: stats.RoundGroup(round.ID), Measure: stats.Rate}
			if rate, known := table[key]; known && round.Open && *rate.Value < FewRate && f.To.Sub(round.Opened) >= soonRate {
				add(FewSent, rate)
			}
			key.Measure = stats.Unreached
			if unreached := table[key]; round.Open && unreached.N > 0 {
				add(Unreached, unreached)
			}
			key.Measure, key.Item = stats.IndexMoved, overall()
			if moved, known := table[key]; known && *moved.Value <= -FellBy {
				add(Fell, moved)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(slices.Index(needs(), a.Need), slices.Index(needs(), b.Need)), a.worse(b))
	})
	return all
}

func needs() []Need { return []Need{FewSent, Unreached, Fell} }

// worse compares two of the same need.
func (d Decision) worse(other Decision) int {
	if d.Need == Unreached {
		return cmp.Compare(other.Figure.N, d.Figure.N)
	}
	return cmp.Compare(*d.Figure.Value, *other.Figure.Value)
}

// about is what a decision's round is called.
func (d Decision) about(language string) string { return cmp.Or(d.Training, d.Title.In(language)) }

// Foremost are the decisions that a message names: the worst of each need.
func Foremost(f stats.Figures) []Decision {
	return slices.CompactFunc(Decisions(f), func(a, b Decision) bool { return a.Need == b.Need })
}

// decisions says what has to be decided; each has its button below.
func (w *writer) decisions() {
	all, foremost := Decisions(w.figures), Foremost(w.figures)
	if len(foremost) == 0 {
		return
	}
	w.blank()
	w.say("decide", nil)
	for _, d := range foremost {
		data := map[string]any{"Training": shortened(d.about(w.Language()), max(w.detail.title, 20))}
		switch d.Need {
		case FewSent:
			data["Rate"] = w.Percent(*d.Figure.Value, 0)
		case Unreached:
			data["People"] = w.Say("report.count_people", map[string]any{"Count": d.Figure.N})
		case Fell:
			data["By"] = w.Number(-*d.Figure.Value, 1)
		}
		said := w.Say("report.decide_"+string(d.Need), data)
		trainings := make(map[string]bool)
		for _, other := range all {
			if other.Need == d.Need {
				trainings[other.about(w.Language())] = true
			}
		}
		if more := len(trainings) - 1; more > 0 {
			said += " " + w.Say("report.and_more", map[string]any{"Count": more})
		}
		w.line(said)
	}
}

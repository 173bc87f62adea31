package stats

import (
	"slices"
	"strconv"
	"strings"

	"pascalatih/survey"
)

// Methods of figures, as the list names them.
const (
	methodCount  = "count"
	methodShare  = "share; Wilson 95%"
	methodMean   = "mean; Student's t 95%"
	methodGain   = "mean of paired differences; Student's t 95%"
	methodIndex  = "Permenpan RB 14/2017 by analogy; mutu " // and the grade
	methodOfMany = "mean of the items' means"
)

// lines are the figures of one group while they are written.
type lines struct {
	books
	group group
	list  []Figure
}

func (b books) figures(g group) []Figure {
	l := lines{books: b, group: g}
	sentNow, counted := l.people()
	if sentNow == 0 && counted == 0 {
		return l.list
	}
	for _, dimension := range survey.Dimensions() {
		l.dimension(dimension)
	}
	for _, question := range b.instrument.Questions {
		switch {
		case isChosen(question):
			l.question(question)
		case b.isIntention(question):
			l.intention(question, counted)
		}
	}
	for _, item := range PairedItems(b.instrument) {
		l.pair(item)
	}
	return l.list
}

func (l *lines) add(f Figure) {
	f.Scope, f.Group = l.counts.scope(l.instrument.Key), l.group.name
	l.list = append(l.list, f)
}

func (l *lines) withhold(measure Measure, item, method string) {
	l.add(Figure{Measure: measure, Item: item, Method: method, Withheld: true})
}

func (l *lines) count(measure Measure, n, base int) {
	value := float64(n)
	l.add(Figure{Measure: measure, Value: &value, N: n, Base: base, Method: methodCount})
}

// share adds n of base with its interval.
func (l *lines) share(measure Measure, item string, n, base int) {
	e := Wilson(n, base)
	l.add(Figure{Measure: measure, Item: item, Value: &e.Value, Low: &e.Low, High: &e.High, N: n, Base: base, Method: methodShare})
}

// mean adds a mean with its interval.
func (l *lines) mean(measure Measure, item string, d Distribution, method string) {
	e := d.MeanInterval()
	l.add(Figure{Measure: measure, Item: item, Value: &e.Value, Low: &e.Low, High: &e.High, N: e.N, Base: e.N, Method: method})
}

// people adds how many were asked and sent, which is never withheld: it tells
// nothing of what anybody answered.
func (l *lines) people() (sentNow, counted int) {
	var invited, unreached, declined, sent int
	for _, s := range l.counts.Standings {
		if l.has(s.Round) && l.group.covers(s.Round, s.Unit) {
			invited += s.Invited
			unreached += s.Unreached
			declined += s.Declined
			sent += s.Sent
			sentNow += s.SentNow
		}
	}
	for _, block := range l.group.blocks {
		counted += block.Size
	}
	l.count(Invited, invited, invited)
	l.count(Unreached, unreached, invited)
	if declined > 0 && l.group.unit == 0 && len(l.counts.Period.Units) == 0 { // in a unit it would name people
		l.count(Declined, declined, invited)
	}
	l.count(Sent, sent, invited)
	l.count(SentNow, sentNow, invited)
	l.count(Counted, counted, sentNow)
	if invited > 0 {
		l.share(Rate, "", min(sent, invited), invited)
	}
	return sentNow, counted
}

// dimension adds the figures of all items of a dimension together, where they
// share a scale; each weighs the same. The satisfaction index is that of the items
// with a scale from 1 to 4.
func (l *lines) dimension(d survey.Dimension) {
	var items []survey.Question
	for _, question := range l.instrument.Questions {
		if question.Dimension == d && question.Kind == survey.Scale {
			items = append(items, question)
		}
	}
	if len(items) == 0 || slices.ContainsFunc(items, func(q survey.Question) bool { return !sameLevels(q, items[0]) }) {
		return
	}
	var means, uppers []float64
	n, some := 0, false
	for _, item := range items {
		chosen, base, any := l.answers(l.group, item.Name)
		some = some || any
		if levels, enough := observed(item, chosen, base); base > 0 && enough {
			means = append(means, levels.Mean())
			uppers = append(uppers, levels.Share(upperFrom(item)))
			n = max(n, levels.N())
		}
	}
	isIndex := d == survey.Satisfaction && isFourPoint(items[0])
	name := DimensionItem(d)
	if len(means) == 0 {
		if some || len(l.group.blocks) == 0 {
			if isIndex {
				l.withhold(IndexOf, name, strings.TrimSuffix(methodIndex, "; mutu "))
			}
			l.withhold(Mean, name, methodOfMany)
			l.withhold(Upper, name, methodOfMany)
		}
		return
	}
	if isIndex {
		index := Index(means)
		l.add(Figure{Measure: IndexOf, Item: name, Value: &index, N: n, Base: n, Method: methodIndex + string(GradeOf(index))})
	}
	mean, upper := average(means), average(uppers)
	l.add(Figure{Measure: Mean, Item: name, Value: &mean, N: n, Base: n, Method: methodOfMany})
	l.add(Figure{Measure: Upper, Item: name, Value: &upper, N: n, Base: n, Method: methodOfMany})
}

func average(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values))
}

func sameLevels(a, b survey.Question) bool {
	return slices.EqualFunc(a.Choices, b.Choices, func(a, b survey.Choice) bool { return a.Name == b.Name })
}

func isFourPoint(q survey.Question) bool {
	if len(q.Choices) != 4 {
		return false
	}
	for level := 1; level <= 4; level++ {
		if _, ok := q.Choice(strconv.Itoa(level)); !ok {
			return false
		}
	}
	return true
}

// question adds how often each choice was given, and of a scale its mean and the
// share of those above its middle. Of a scale the choices are told of everything
// together only, but for how many have carried out their plan.
func (l *lines) question(q survey.Question) {
	chosen, base, some := l.answers(l.group, q.Name)
	if base == 0 {
		if some || len(l.group.blocks) == 0 {
			l.withhold(Chosen, q.Name, methodShare)
			if q.Kind == survey.Scale {
				l.withhold(Mean, q.Name, methodMean)
				l.withhold(Upper, q.Name, methodShare)
			}
		}
		return
	}
	if levels, enough := observed(q, chosen, base); q.Kind == survey.Scale && enough {
		l.mean(Mean, q.Name, levels, methodMean)
		upper := 0
		for level, count := range levels {
			if level >= upperFrom(q) {
				upper += count
			}
		}
		l.share(Upper, q.Name, upper, levels.N())
	}
	for i, choice := range q.Choices {
		done := q.Name == PlanDone && i == len(q.Choices)-1
		if q.Kind == survey.Scale && l.group.name != All && !done {
			continue
		}
		l.share(Chosen, ChoiceItem(q.Name, choice.Name), chosen[choice.Name], base)
	}
}

// intention adds how many wrote what they are going to do.
func (l *lines) intention(q survey.Question, counted int) {
	if counted == 0 {
		l.withhold(Answered, q.Name, methodShare)
		return
	}
	n := 0
	for _, block := range l.group.blocks {
		n += l.tallies[block.ID][q.Name][""]
	}
	l.share(Answered, q.Name, n, counted)
}

// What the names of two questions end with that ask for the same thing as it was
// and as it is; the rest is the same: competence_before and competence_now.
const (
	EndsBefore = "_before"
	EndsNow    = "_now"
)

// PairedItems are the names that the two questions of a form's retrospective pairs
// begin with, in the form's order. Both have the same scale.
func PairedItems(i survey.Instrument) []string {
	var items []string
	for _, now := range i.Questions {
		item, ends := strings.CutSuffix(now.Name, EndsNow)
		before, found := i.Question(item + EndsBefore)
		if ends && found && now.Kind == survey.Scale && before.Kind == survey.Scale && sameLevels(now, before) {
			items = append(items, item)
		}
	}
	return items
}

// pair adds what was before, what is now, and the difference, of those who said
// both.
func (l *lines) pair(item string) {
	before, now, gains, some := l.pairsOf(l.group, item)
	if gains.N() == 0 {
		if some || len(l.group.blocks) == 0 {
			for _, measure := range []Measure{Before, Now} {
				l.withhold(measure, item, methodMean)
			}
			l.withhold(Gain, item, methodGain)
		}
		return
	}
	l.mean(Before, item, before, methodMean)
	l.mean(Now, item, now, methodMean)
	l.mean(Gain, item, gains, methodGain)
}

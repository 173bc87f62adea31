package stats

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"pascalatih/survey"
)

// Compute makes figures of counts.
//
// Satisfaction is that of the items of this dimension with a scale from 1 to 4,
// after Permenpan RB 14/2017 (used by analogy): the mean of the items' means, so
// that each item weighs the same; satisfied are the two upper levels.
func Compute(c Counts) Figures {
	figures := Figures{From: c.From, To: c.To}
	byKey := make(map[string][]Round)
	for _, round := range c.Rounds {
		key := c.Instruments[round.Instrument].Key
		byKey[key] = append(byKey[key], round)
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		form, withheld := computeForm(newTable(c, byKey[key]))
		figures.Forms = append(figures.Forms, form)
		figures.Withheld = figures.Withheld || withheld
	}
	return figures
}

func computeForm(t table) (form Form, withheld bool) {
	form = Form{Key: t.instrument.Key, Title: t.instrument.Title}
	items := t.items()
	bases := t.bases(items)
	shown, counted := disclose(bases)
	form.Satisfaction = t.satisfaction(items, bases, counted)
	withheld = len(form.Satisfaction.Items) < t.answered(items)
	for i, round := range t.rounds {
		part := RoundPart{Round: round.ID, Training: round.Training,
			Invited: round.Invited, Sent: round.Sent, SentNow: round.SentNow}
		if round.Invited > 0 {
			part.Rate = float64(round.Sent) / float64(round.Invited)
		}
		alone := make([]bool, len(bases))
		alone[i] = shown[i]
		part.Satisfaction = t.satisfaction(items, bases, alone).Measure
		part.Satisfaction.Withheld = bases[i] > 0 && !shown[i]
		withheld = withheld || part.Satisfaction.Withheld
		form.Rounds = append(form.Rounds, part)
	}
	form.Obstacles = t.ranking(survey.Obstacle)
	form.Help = t.ranking(survey.Support, survey.Recommendation)
	return form, withheld || form.Obstacles.Withheld || form.Help.Withheld
}

// cell names one question in one round.
type cell struct {
	round    int64
	question string
}

// table is what was counted for one form: its rounds, and the choices by cell.
type table struct {
	instrument survey.Instrument // the newest of the rounds' versions
	rounds     []Round
	counts     map[cell]map[string]int
	base       map[cell]int
}

func newTable(c Counts, rounds []Round) table {
	newest := slices.MaxFunc(rounds, func(a, b Round) int { return cmp.Compare(a.Instrument, b.Instrument) })
	t := table{
		instrument: c.Instruments[newest.Instrument],
		rounds:     rounds,
		counts:     make(map[cell]map[string]int),
		base:       make(map[cell]int),
	}
	for _, tally := range c.Tallies {
		at := cell{tally.Round, tally.Question}
		if t.counts[at] == nil {
			t.counts[at] = make(map[string]int)
		}
		t.counts[at][tally.Choice] += tally.Count
		t.base[at] = tally.Base
	}
	return t
}

// items are the satisfaction questions on the scale from 1 to 4.
func (t table) items() []survey.Question {
	var items []survey.Question
	for _, question := range t.instrument.Questions {
		if question.Dimension == survey.Satisfaction && isFourPoint(question) {
			items = append(items, question)
		}
	}
	return items
}

func isFourPoint(question survey.Question) bool {
	if question.Kind != survey.Scale || len(question.Choices) != 4 {
		return false
	}
	for level := 1; level <= 4; level++ {
		if _, ok := question.Choice(strconv.Itoa(level)); !ok {
			return false
		}
	}
	return true
}

// bases are, for each round, the responses that answer at least the most
// answered of the questions.
func (t table) bases(questions []survey.Question) []int {
	bases := make([]int, len(t.rounds))
	for i, round := range t.rounds {
		for _, question := range questions {
			bases[i] = max(bases[i], t.base[cell{round.ID, question.Name}])
		}
	}
	return bases
}

// answered counts the questions that anybody answered.
func (t table) answered(questions []survey.Question) int {
	n := 0
	for _, question := range questions {
		if slices.Max(t.bases([]survey.Question{question})) > 0 {
			n++
		}
	}
	return n
}

// satisfaction measures over the rounds that count. An item with a base under
// Least is left out of the whole too, or it could be told from the others.
func (t table) satisfaction(items []survey.Question, bases []int, counted []bool) Satisfaction {
	var s Satisfaction
	for _, item := range items {
		if m := t.measure(item.Name, counted); m.N >= Least {
			s.Items = append(s.Items, Item{Question: item.Name, Label: item.Label, Measure: m})
			s.Mean += m.Mean
			s.Share += m.Share
		}
	}
	total, behind := 0, 0
	for i, base := range bases {
		total += base
		if counted[i] {
			behind += base
		}
	}
	if len(s.Items) == 0 {
		s.Withheld = total > 0
		return s
	}
	s.N = behind
	s.Mean /= float64(len(s.Items))
	s.Share /= float64(len(s.Items))
	return s
}

// measure is an item's over the rounds that count.
func (t table) measure(question string, counted []bool) Measure {
	var n, sum, satisfied int
	for i, round := range t.rounds {
		if !counted[i] {
			continue
		}
		for choice, count := range t.counts[cell{round.ID, question}] {
			level, err := strconv.Atoi(choice)
			if err != nil {
				continue // another version's choice, off this scale
			}
			n += count
			sum += level * count
			if level >= 3 {
				satisfied += count
			}
		}
	}
	if n == 0 {
		return Measure{}
	}
	return Measure{N: n, Mean: float64(sum) / float64(n), Share: float64(satisfied) / float64(n)}
}

// none is the name of the choice that says there is nothing to name.
const none = "none"

// ranking ranks the choices of the form's first question of the dimensions that
// takes several.
func (t table) ranking(dimensions ...survey.Dimension) Ranking {
	at := slices.IndexFunc(t.instrument.Questions, func(q survey.Question) bool {
		return q.Kind == survey.SelectMultiple && slices.Contains(dimensions, q.Dimension)
	})
	if at < 0 {
		return Ranking{}
	}
	question := t.instrument.Questions[at]
	bases := t.bases([]survey.Question{question})
	_, counted := disclose(bases)
	var r Ranking
	total := 0
	for i, base := range bases {
		total += base
		if counted[i] {
			r.N += base
		}
	}
	if r.N < Least {
		return Ranking{Withheld: total > 0}
	}
	for _, choice := range question.Choices {
		count := 0
		for i, round := range t.rounds {
			if counted[i] {
				count += t.counts[cell{round.ID, question.Name}][choice.Name]
			}
		}
		if count > 0 && choice.Name != none {
			r.Choices = append(r.Choices, Named{Choice: choice.Name, Label: choice.Label,
				Count: count, Share: float64(count) / float64(r.N)})
		}
	}
	slices.SortStableFunc(r.Choices, func(a, b Named) int { return cmp.Compare(b.Count, a.Count) })
	return r
}

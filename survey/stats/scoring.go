package stats

import (
	"slices"
	"strconv"
	"strings"

	"pascalatih/survey"
)

// Comparison says which two scores of the same people are compared.
type Comparison string

const (
	// BeforeAfter compares what people said of themselves in two rounds.
	BeforeAfter Comparison = "before_after"
	// SelfSupervisor compares what people said of themselves with what their
	// supervisor observed.
	SelfSupervisor Comparison = "self_supervisor"
)

// SelfForm is the key of the form in which people say of themselves what their
// supervisors are asked about them.
const SelfForm = "application"

// Hundred is the end of the scale onto which items of different scales are put.
const Hundred = 100

// Scoring says what answers are worth in the scores of one comparison: a score is
// the mean of what somebody's answers to the items are worth.
type Scoring struct {
	Comparison    Comparison
	Dimension     survey.Dimension
	Least, Most   int  // the scale of the scores
	Together      bool // only items that are answered both times count, each of them both times
	First, Second []Worth
	// FirstItems and SecondItems are how many items a whole answer has.
	FirstItems, SecondItems int
}

// Worth is what one answer to an item is worth.
type Worth struct {
	Item     string // the same in both forms where Together
	Question string // its name
	Value    string // the choice's name
	Score    float64
}

// Scorings are the comparisons that two forms allow, of each dimension one. Items are
// asked of everybody, who has to answer, and have levels with whole numbers; a choice beside these (not
// observed) is worth nothing. What is asked of the past alone is none.
//
// Before and after are compared by the competence items that both have with the same
// levels, on their scale. Self and supervisor are compared in application and
// performance, by the items of the same name (without _now), or where there are none by
// all of either; each is put onto a scale from 0 to 100, by 100·(x − least)/(most −
// least): percent of maximum possible, by P. Cohen, J. Cohen, L. S. Aiken and S. G.
// West, "The Problem of Units and the Circumstance for POMP", Multivariate Behavioral
// Research 34 (1999), 315–346.
func Scorings(comparison Comparison, first, second survey.Instrument) []Scoring {
	var all []Scoring
	dimensions := []survey.Dimension{survey.Application, survey.Performance}
	if comparison == BeforeAfter {
		dimensions = []survey.Dimension{survey.Competence}
	}
	for _, dimension := range dimensions {
		s := Scoring{Comparison: comparison, Dimension: dimension, Most: Hundred}
		mine, theirs := scored(first, dimension), scored(second, dimension)
		if comparison == BeforeAfter {
			mine, theirs = sameScale(mine, theirs)
			s.Together = true
		} else if named, alike := sameNames(mine, theirs); len(named) > 0 {
			mine, theirs, s.Together = named, alike, true
		}
		if len(mine) == 0 || len(theirs) == 0 {
			continue
		}
		if comparison == BeforeAfter {
			s.Least, s.Most = mine[0].ends()
		}
		s.First, s.Second = s.worths(mine), s.worths(theirs)
		s.FirstItems, s.SecondItems = len(mine), len(theirs)
		all = append(all, s)
	}
	return all
}

// scoredItem is a question that scores are of.
type scoredItem struct {
	name     string // without EndsNow
	question string
	levels   []int // ascending
}

func (i scoredItem) ends() (least, most int) { return i.levels[0], i.levels[len(i.levels)-1] }

func scored(form survey.Instrument, dimension survey.Dimension) []scoredItem {
	var items []scoredItem
	for _, q := range form.Questions {
		if q.Dimension != dimension || !q.Required || !q.Relevant.IsZero() || strings.HasSuffix(q.Name, EndsBefore) ||
			q.Kind != survey.Scale && q.Kind != survey.SelectOne {
			continue
		}
		item := scoredItem{name: strings.TrimSuffix(q.Name, EndsNow), question: q.Name}
		for _, choice := range q.Choices {
			if level, err := strconv.Atoi(choice.Name); err == nil {
				item.levels = append(item.levels, level)
			}
		}
		slices.Sort(item.levels)
		if len(item.levels) > 1 {
			items = append(items, item)
		}
	}
	return items
}

// sameScale are the items that both have with the same levels as the first such.
func sameScale(first, second []scoredItem) (mine, theirs []scoredItem) {
	mine, theirs = sameNames(first, second)
	for i := 0; i < len(mine); {
		if slices.Equal(mine[i].levels, theirs[i].levels) && slices.Equal(mine[i].levels, mine[0].levels) {
			i++
			continue
		}
		mine, theirs = slices.Delete(mine, i, i+1), slices.Delete(theirs, i, i+1)
	}
	return mine, theirs
}

// sameNames are the items that both have, in the same order.
func sameNames(first, second []scoredItem) (mine, theirs []scoredItem) {
	for _, item := range first {
		at := slices.IndexFunc(second, func(other scoredItem) bool { return other.name == item.name })
		if at >= 0 {
			mine, theirs = append(mine, item), append(theirs, second[at])
		}
	}
	return mine, theirs
}

func (s Scoring) worths(items []scoredItem) []Worth {
	var all []Worth
	for _, item := range items {
		least, most := item.ends()
		for _, level := range item.levels {
			score := float64(level)
			if s.Comparison == SelfSupervisor {
				score = Hundred * float64(level-least) / float64(most-least)
			}
			all = append(all, Worth{Item: item.name, Question: item.question, Value: strconv.Itoa(level), Score: score})
		}
	}
	return all
}

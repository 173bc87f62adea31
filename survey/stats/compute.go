package stats

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pascalatih/survey"
)

// Compute makes figures of counts. Those of what was answered are made of whole
// blocks; where a group has none, or an answer is of fewer than Least of a block,
// they are withheld.
func Compute(c Counts) Figures {
	f := Figures{Period: c.Period, UnitNames: c.UnitNames}
	byKey := make(map[string][]Round)
	for _, round := range c.Rounds {
		key := c.Instruments[round.Instrument].Key
		byKey[key] = append(byKey[key], round)
	}
	for _, key := range c.order(byKey) {
		b := newBooks(c, key, byKey[key])
		f.Forms = append(f.Forms, b.form())
		for _, group := range b.groups() {
			f.List = append(f.List, b.figures(group)...)
		}
	}
	f.compare(c.Compared)
	return f
}

// order is that of the forms: those that ask how satisfied people are come first,
// else by key.
func (c Counts) order(byKey map[string][]Round) []string {
	satisfies := make(map[string]bool)
	for _, instrument := range c.Instruments {
		for _, question := range instrument.Questions {
			satisfies[instrument.Key] = satisfies[instrument.Key] || question.Dimension == survey.Satisfaction
		}
	}
	return slices.SortedFunc(maps.Keys(byKey), func(a, b string) int {
		switch {
		case satisfies[a] && !satisfies[b]:
			return -1
		case satisfies[b] && !satisfies[a]:
			return 1
		}
		return cmp.Compare(a, b)
	})
}

// Compare adds how the satisfaction indices moved since the week before. Both must
// be shown.
func (f *Figures) Compare(before Figures) {
	earlier := before.Table()
	for _, form := range f.Forms {
		for _, figure := range f.List {
			if figure.Measure != IndexOf || figure.Scope != form.Scope || figure.Withheld {
				continue
			}
			was, found := earlier[Key{form.Key, figure.Group, IndexOf, figure.Item}]
			if !found || was.Withheld {
				continue
			}
			moved := *figure.Value - *was.Value
			f.List = append(f.List, Figure{Scope: form.Scope, Group: figure.Group, Measure: IndexMoved, Item: figure.Item,
				Value: &moved, N: figure.N, Base: was.N, Method: "difference from the week before"})
		}
	}
}

// books are what was counted of one form.
type books struct {
	counts     Counts
	instrument survey.Instrument // the newest of the rounds' versions
	rounds     []Round
	blocks     []CountedBlock
	tallies    map[int64]map[string]map[string]int // block, question, choice ("": in words)
	pairs      map[int64]map[string][]Pair         // block, item
	answered   map[string]reach                    // by question
	paired     map[string]reach                    // by item: those who answered both
	torn       map[tear]bool
}

func newBooks(c Counts, key string, rounds []Round) books {
	newest := slices.MaxFunc(rounds, func(a, b Round) int { return cmp.Compare(a.Instrument, b.Instrument) })
	b := books{
		counts:     c,
		instrument: c.Instruments[newest.Instrument],
		rounds:     rounds,
		tallies:    make(map[int64]map[string]map[string]int),
		pairs:      make(map[int64]map[string][]Pair),
		torn:       make(map[tear]bool),
	}
	for _, block := range c.Blocks {
		if block.Form == key {
			b.blocks = append(b.blocks, block)
			b.tallies[block.ID] = make(map[string]map[string]int)
			b.pairs[block.ID] = make(map[string][]Pair)
		}
	}
	answered, paired := make(map[string]map[int64]int), make(map[string]map[int64]int)
	for _, tally := range c.Tallies {
		questions, ours := b.tallies[tally.Block]
		if !ours {
			continue
		}
		if questions[tally.Question] == nil {
			questions[tally.Question] = make(map[string]int)
		}
		if tally.Value == "" {
			questions[tally.Question][""] += tally.Count
		}
		for choice := range strings.FieldsSeq(tally.Value) {
			questions[tally.Question][choice] += tally.Count
		}
		add(answered, tally.Question, tally.Block, tally.Count)
	}
	for _, pair := range c.Pairs {
		if items, ours := b.pairs[pair.Block]; ours {
			items[pair.Item] = append(items[pair.Item], pair)
			add(paired, pair.Item, pair.Block, pair.Count)
		}
	}
	for item, both := range paired {
		b.dropTorn(item, both, answered[item+EndsBefore], answered[item+EndsNow])
	}
	b.answered, b.paired = b.reaches(answered), b.reaches(paired)
	return b
}

// dropTorn leaves out the pairs of an item in blocks in which a few answered one of
// the two questions alone: the means of all who answered it, and of those who
// answered both, would tell of the few.
func (b books) dropTorn(item string, both map[int64]int, sides ...map[int64]int) {
	for block, n := range both {
		for _, side := range sides {
			if alone := side[block] - n; alone > 0 && alone < Least {
				delete(both, block)
				delete(b.pairs[block], item)
				b.torn[tear{item, block}] = true
			}
		}
	}
}

// tear names a block that an item has no pairs of.
type tear struct {
	item  string
	block int64
}

func add(counts map[string]map[int64]int, name string, block int64, count int) {
	if counts[name] == nil {
		counts[name] = make(map[int64]int)
	}
	counts[name][block] += count
}

func (b books) form() Form {
	form := Form{Key: b.instrument.Key, Title: b.instrument.Title, Scope: b.counts.scope(b.instrument.Key), Units: b.units()}
	for _, round := range b.rounds {
		form.Rounds = append(form.Rounds, RoundOf{ID: round.ID, Training: round.Training, Code: round.Code, Opened: round.Opened, Open: round.Open})
	}
	for _, question := range b.instrument.Questions {
		if isChosen(question) || b.isIntention(question) {
			form.Items = append(form.Items, Item{Name: question.Name, Label: question.Label, Kind: question.Kind,
				Dimension: question.Dimension, Choices: question.Choices})
		}
	}
	return form
}

// units are those that were asked, by name.
func (b books) units() []int64 {
	asked := make(map[int64]bool)
	for _, standing := range b.counts.Standings {
		if b.has(standing.Round) && standing.Unit != 0 { // of who is of no known unit nothing is told apart
			asked[standing.Unit] = true
		}
	}
	return slices.SortedFunc(maps.Keys(asked), func(a, other int64) int {
		return cmp.Or(cmp.Compare(b.counts.UnitNames[a], b.counts.UnitNames[other]), cmp.Compare(a, other))
	})
}

func (b books) has(round int64) bool {
	return slices.ContainsFunc(b.rounds, func(r Round) bool { return r.ID == round })
}

// group is whose figures are computed together.
type group struct {
	name   string
	round  int64 // 0: any
	unit   int64 // 0: any
	blocks []CountedBlock
}

func (g group) covers(round, unit int64) bool {
	return (g.round == 0 || g.round == round) && (g.unit == 0 || g.unit == unit)
}

// groups are everything together, each round, and each unit.
func (b books) groups() []group {
	groups := []group{{name: All}}
	for _, round := range b.rounds {
		groups = append(groups, group{name: RoundGroup(round.ID), round: round.ID})
	}
	for _, unit := range b.units() {
		groups = append(groups, group{name: UnitGroup(unit), unit: unit})
	}
	for i, g := range groups {
		for _, block := range b.blocks {
			if g.covers(block.Round, block.Unit) {
				groups[i].blocks = append(groups[i].blocks, block)
			}
		}
	}
	return groups
}

func isChosen(q survey.Question) bool {
	switch q.Kind {
	case survey.YesNo, survey.SelectOne, survey.SelectMultiple, survey.Scale:
		return true
	}
	return false
}

// isIntention tells whether a question asks, of everybody and in their own words,
// what they are going to do: a plan of action.
func (b books) isIntention(q survey.Question) bool {
	written := q.Kind == survey.ShortText || q.Kind == survey.LongText
	return written && q.Dimension == survey.Application && q.Relevant.IsZero()
}

// answers are how often each choice of a question was given in a group, and by how
// many: several may have been given at once.
func (b books) answers(g group, question string) (chosen map[string]int, base int, some bool) {
	reach := b.answered[question]
	blocks, some := b.enough(g, reach)
	chosen = make(map[string]int)
	for _, block := range blocks {
		base += reach.by[block.ID]
		for choice, count := range b.tallies[block.ID][question] {
			chosen[choice] += count
		}
	}
	return chosen, base, some
}

// pairsOf are the differences of the pairs of an item in a group, and what was
// before and is now.
func (b books) pairsOf(g group, item string) (before, now, gains Distribution, some bool) {
	blocks, some := b.enough(g, b.paired[item])
	some = some || slices.ContainsFunc(g.blocks, func(block CountedBlock) bool { return b.torn[tear{item, block.ID}] })
	before, now, gains = make(Distribution), make(Distribution), make(Distribution)
	for _, block := range blocks {
		for _, pair := range b.pairs[block.ID][item] {
			before[pair.Before] += pair.Count
			now[pair.Now] += pair.Count
			gains[pair.Now-pair.Before] += pair.Count
		}
	}
	return before, now, gains, some
}

// levelsOf is the distribution over a scale's levels; what is none of them, of
// another version of the form, is left out.
func levelsOf(q survey.Question, chosen map[string]int) Distribution {
	levels := make(Distribution)
	for _, choice := range q.Choices {
		if level, err := strconv.Atoi(choice.Name); err == nil && chosen[choice.Name] > 0 {
			levels[level] = chosen[choice.Name]
		}
	}
	return levels
}

// observed is the distribution over a scale's levels of those who saw what is asked
// about, and whether it may be told: where they are fewer than Least it is not, nor
// where another version of the form had other levels.
func observed(q survey.Question, chosen map[string]int, base int) (levels Distribution, enough bool) {
	levels = levelsOf(q, chosen)
	unobserved := chosen[survey.Unobserved]
	return levels, levels.N() == base-unobserved && (unobserved == 0 || levels.N() >= Least)
}

// upperFrom is the first level above the middle of a scale: 3 of 4, 4 of 5.
func upperFrom(q survey.Question) int {
	var levels []int
	for _, choice := range q.Choices {
		if level, err := strconv.Atoi(choice.Name); err == nil {
			levels = append(levels, level)
		}
	}
	slices.Sort(levels)
	return levels[min((len(levels)+1)/2, len(levels)-1)]
}

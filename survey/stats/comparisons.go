package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"pascalatih/survey"
)

// Compared is a comparison of a training's people, as it was counted or, in Figures,
// what its figures are of.
type Compared struct {
	Training   int64            `json:"training"` // its id
	Title      string           `json:"title"`
	Code       string           `json:"code"`
	Comparison Comparison       `json:"comparison"`
	Dimension  survey.Dimension `json:"dimension"`
	FirstForm  string           `json:"first_form"` // the instrument's key
	SecondForm string           `json:"second_form"`
	Least      int              `json:"least"` // the scores' scale
	Most       int              `json:"most"`
	Pairs      []Two            `json:"-"` // none: they cannot be told
}

// The measures of comparisons. Their group is TrainingGroup, their item
// Compared.Item.
const (
	PairedFirst    Measure = "paired_first"     // mean score before, or by oneself
	PairedSecond   Measure = "paired_second"    // mean score after, or by the supervisor
	PairedGain     Measure = "paired_gain"      // mean of second minus first
	PairedFirstSD  Measure = "paired_first_sd"  // standard deviation
	PairedSecondSD Measure = "paired_second_sd" // standard deviation
	PairedEffect   Measure = "paired_effect"    // Hedges' g_av
	PairedRanks    Measure = "paired_ranks"     // Wilcoxon's V, of the N whose scores differ
	PairedP        Measure = "paired_p"         // of that, two-sided
)

// PairedMeasures are those of comparisons, in the order of the list.
func PairedMeasures() []Measure {
	return []Measure{PairedFirst, PairedFirstSD, PairedSecond, PairedSecondSD, PairedGain, PairedEffect, PairedRanks, PairedP}
}

// Methods of comparisons, as the list names them.
const (
	methodSD        = "standard deviation"
	methodEffect    = "Hedges' g_av (average SD, J on n-1); large-sample 95%"
	methodExactRank = "Wilcoxon signed rank, exact"
	methodRank      = "Wilcoxon signed rank, normal approximation, continuity correction"
)

// TrainingGroup is the group of the comparisons of a training's people.
func TrainingGroup(id int64) string { return fmt.Sprintf("training:%d", id) }

// Item is what the comparison's figures are of: "before_after:competence".
func (c Compared) Item() string { return string(c.Comparison) + ":" + string(c.Dimension) }

// Key finds a figure of the comparison.
func (c Compared) Key(m Measure) Key {
	return Key{Group: TrainingGroup(c.Training), Measure: m, Item: c.Item()}
}

// compare adds the figures of comparisons: those of most people first, before and
// after ahead of self and supervisor, and what cannot be told last.
func (f *Figures) compare(all []Compared) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Compared) int {
		return cmp.Or(cmp.Compare(a.Comparison, b.Comparison), cmp.Compare(len(b.Pairs), len(a.Pairs)),
			cmp.Compare(a.Title, b.Title), cmp.Compare(a.Training, b.Training), cmp.Compare(a.Dimension, b.Dimension))
	})
	for _, c := range all {
		f.List = append(f.List, f.Period.figuresOf(c)...)
		c.Pairs = nil
		f.Compared = append(f.Compared, c)
	}
}

// figuresOf are the figures of one comparison; under Least pairs there is one, which
// is withheld.
func (p Period) figuresOf(c Compared) []Figure {
	blank := Figure{Scope: p.scope("pairs"), Group: TrainingGroup(c.Training), Item: c.Item()}
	if len(c.Pairs) < Least {
		blank.Measure, blank.Method, blank.Withheld = PairedGain, methodGain, true
		return []Figure{blank}
	}
	paired := ComparePairs(c.Pairs)
	none := math.NaN()
	estimate := func(value float64) Estimate { return Estimate{Value: value, Low: none, High: none, N: paired.N} }
	ranks := methodRank
	if paired.Signed.Exact {
		ranks = methodExactRank
	}
	v, probability := estimate(paired.Signed.V), estimate(paired.Signed.P)
	v.N, probability.N = paired.Signed.N, paired.Signed.N
	told := map[Measure]struct {
		Estimate
		method string
	}{
		PairedFirst: {paired.First, methodMean}, PairedSecond: {paired.Second, methodMean}, PairedGain: {paired.Gain, methodGain},
		PairedFirstSD: {estimate(paired.FirstSD), methodSD}, PairedSecondSD: {estimate(paired.SecondSD), methodSD},
		PairedEffect: {paired.Effect, methodEffect}, PairedRanks: {v, ranks}, PairedP: {probability, ranks},
	}
	var all []Figure
	for _, measure := range PairedMeasures() {
		of := told[measure]
		if math.IsNaN(of.Value) {
			continue // there is no such figure
		}
		figure := blank
		figure.Measure, figure.Method, figure.N, figure.Base = measure, of.method, of.N, paired.N
		figure.Value, figure.Low, figure.High = defined(of.Value), defined(of.Low), defined(of.High)
		all = append(all, figure)
	}
	return all
}

// defined is a number, or nil for NaN.
func defined(value float64) *float64 {
	if math.IsNaN(value) {
		return nil
	}
	return &value
}

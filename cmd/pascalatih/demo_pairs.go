package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// pairsOf is a comparison as the people's books give it.
type pairsOf struct {
	comparison    stats.Comparison
	dimension     survey.Dimension
	n             int
	first, second float64 // the means
}

// bookedPairs are the comparisons that the books give: of those alone who sent both
// forms, and in which an observation was not "not observed".
func (d *demo) bookedPairs() []pairsOf {
	about := func(book *respondent.Book) string { return book.NIP }
	subject := func(book *respondent.Book) string { return book.About }
	ability := func(answers map[string]string) float64 {
		sum := 0.0
		for _, item := range abilities() {
			sum += numberIn(answers[item])
		}
		return sum / float64(len(abilities()))
	}
	// On a scale of 0 to 100, of the levels 1 to 5.
	percent := func(item string) func(map[string]string) float64 {
		return func(answers map[string]string) float64 { return (numberIn(answers[item]) - 1) / 4 * 100 }
	}
	score := func(form string, of func(*respondent.Book) string, worth func(map[string]string) float64) map[string]float64 {
		all := map[string]float64{}
		for _, book := range d.books[form] {
			if book.Sent && book.Training == demoTrainings()[0].code {
				all[of(book)] = worth(book.Answers)
			}
		}
		return all
	}
	observed := func(item string) (self, supervisor map[string]float64) {
		return score(applicationKey, about, percent(item)), score(observationKey, subject, percent(item))
	}
	before, after := score(beforeKey, about, ability), score(afterKey, about, ability)
	selfUse, theirUse := observed("use")
	selfPerformance, theirPerformance := observed("performance")
	return []pairsOf{
		meet(stats.BeforeAfter, survey.Competence, before, after),
		meet(stats.SelfSupervisor, survey.Application, selfUse, theirUse),
		meet(stats.SelfSupervisor, survey.Performance, selfPerformance, theirPerformance),
	}
}

func numberIn(written string) float64 {
	n, err := strconv.Atoi(written)
	if err != nil {
		return math.NaN()
	}
	return float64(n)
}

// meet compares those who are in both.
func meet(comparison stats.Comparison, dimension survey.Dimension, first, second map[string]float64) pairsOf {
	p := pairsOf{comparison: comparison, dimension: dimension}
	for who, before := range first {
		after, both := second[who]
		if !both || math.IsNaN(before) || math.IsNaN(after) {
			continue
		}
		p.n++
		p.first += before
		p.second += after
	}
	p.first /= float64(p.n)
	p.second /= float64(p.n)
	return p
}

// judgePairs holds the comparisons of the summaries against the books, and prints
// them.
func (d *demo) judgePairs(told []stats.Figures) error {
	fmt.Fprintf(d.out.out, "\nThe same people twice, by their own books\n")
	var wrong []error
	for _, booked := range d.bookedPairs() {
		fmt.Fprintf(d.out.out, "    %-15s %-12s n = %d: %.2f, then %.2f\n", booked.comparison, booked.dimension, booked.n, booked.first, booked.second)
		if stats.Indicative(booked.n) {
			wrong = append(wrong, fmt.Errorf("%s of %s is of %d pairs only", booked.comparison, booked.dimension, booked.n))
		}
		found := false
		for _, figures := range told {
			for _, c := range figures.Compared {
				if c.Comparison != booked.comparison || c.Dimension != booked.dimension {
					continue
				}
				found = true
				if err := booked.holds(figures.Table(), c); err != nil {
					wrong = append(wrong, err)
				}
			}
		}
		if !found {
			wrong = append(wrong, fmt.Errorf("no summary compares %s of %s", booked.comparison, booked.dimension))
		}
	}
	return errors.Join(wrong...)
}

// holds tells where figures are not what the books give.
func (p pairsOf) holds(table stats.Table, c stats.Compared) error {
	for measure, want := range map[stats.Measure]float64{
		stats.PairedFirst: p.first, stats.PairedSecond: p.second, stats.PairedGain: p.second - p.first} {
		f, found := table[c.Key(measure)]
		if !found || f.Value == nil || f.N != p.n || math.Abs(*f.Value-want) > 1e-6 {
			value := "nothing"
			if f.Value != nil {
				value = fmt.Sprintf("%.4f of %d", *f.Value, f.N)
			}
			return fmt.Errorf("%s of %s: %s is %s, and %.4f of %d by the books", p.comparison, p.dimension, measure, value, want, p.n)
		}
	}
	return nil
}

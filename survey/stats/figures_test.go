package stats_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// form has two satisfaction items, obstacles and what would help.
func form() survey.Instrument {
	scale := []survey.Choice{{Name: "1"}, {Name: "2"}, {Name: "3"}, {Name: "4"}}
	several := []survey.Choice{{Name: "budget"}, {Name: "time"}, {Name: "tools"}, {Name: "none"}}
	return survey.Instrument{Key: "reaction", Questions: []survey.Question{
		{Name: "overall", Kind: survey.Scale, Choices: scale, Dimension: survey.Satisfaction},
		{Name: "rooms", Kind: survey.Scale, Choices: scale, Dimension: survey.Satisfaction},
		{Name: "sure", Kind: survey.Scale, Choices: scale, Dimension: survey.Confidence},
		{Name: "obstacles", Kind: survey.SelectMultiple, Choices: several, Dimension: survey.Obstacle},
		{Name: "help", Kind: survey.SelectMultiple, Choices: several, Dimension: survey.Recommendation},
	}}
}

// answers are the tallies of one question in one round, by choice.
func answers(round int64, question string, base int, counts map[string]int) []stats.Tally {
	var tallies []stats.Tally
	for choice, count := range counts {
		tallies = append(tallies, stats.Tally{Round: round, Question: question, Choice: choice, Count: count, Base: base})
	}
	return tallies
}

func counts(rounds []stats.Round, tallies ...[]stats.Tally) stats.Counts {
	c := stats.Counts{Rounds: rounds, Instruments: map[int64]survey.Instrument{1: form()}}
	for i := range c.Rounds {
		c.Rounds[i].Instrument = 1
	}
	for _, t := range tallies {
		c.Tallies = append(c.Tallies, t...)
	}
	return c
}

func TestCompute(t *testing.T) {
	t.Run("a quiet week has no forms", func(t *testing.T) {
		if f := stats.Compute(stats.Counts{}); len(f.Forms) != 0 || f.Withheld {
			t.Errorf("figures %+v", f)
		}
	})

	t.Run("one round of ten", func(t *testing.T) {
		f := stats.Compute(counts(
			[]stats.Round{{ID: 1, Training: "A", Invited: 20, Sent: 15, SentNow: 10}},
			answers(1, "overall", 10, map[string]int{"4": 5, "3": 4, "1": 1}), // mean 3.3, 90%
			answers(1, "rooms", 10, map[string]int{"4": 2, "2": 8}),           // mean 2.4, 20%
			answers(1, "sure", 10, map[string]int{"1": 10}),
			answers(1, "obstacles", 10, map[string]int{"time": 6, "budget": 6, "tools": 7, "none": 2}),
			answers(1, "help", 10, map[string]int{"none": 10}),
		))
		got := f.Forms[0]
		measure := stats.Measure{N: 10, Mean: 2.85, Share: 0.55}
		if !near(got.Satisfaction.Measure, measure) || !near(got.Rounds[0].Satisfaction, measure) {
			t.Errorf("satisfaction %+v, of the round %+v", got.Satisfaction.Measure, got.Rounds[0].Satisfaction)
		}
		if rate := got.Rounds[0].Rate; rate != 0.75 {
			t.Errorf("rate %v", rate)
		}
		named := []stats.Named{{Choice: "tools", Count: 7, Share: 0.7}, {Choice: "budget", Count: 6, Share: 0.6}, {Choice: "time", Count: 6, Share: 0.6}}
		if diff := cmp.Diff(stats.Ranking{N: 10, Choices: named}, got.Obstacles); diff != "" {
			t.Errorf("obstacles (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(stats.Ranking{N: 10}, got.Help); diff != "" {
			t.Errorf("help (-want +got):\n%s", diff)
		}
		if f.Withheld {
			t.Error("something is withheld")
		}
	})

	t.Run("an item that few answered is not in the whole", func(t *testing.T) {
		f := stats.Compute(counts([]stats.Round{{ID: 1}},
			answers(1, "overall", 10, map[string]int{"4": 10}),
			answers(1, "rooms", 4, map[string]int{"1": 4})))
		if got := f.Forms[0].Satisfaction; !near(got.Measure, stats.Measure{N: 10, Mean: 4, Share: 1}) || len(got.Items) != 1 || !f.Withheld {
			t.Errorf("satisfaction %+v, withheld %v", got, f.Withheld)
		}
	})
}

func TestComputeWithholds(t *testing.T) {
	tests := map[string]struct {
		bases    []int  // responses of each round, all on its own level: 1, 2, ...
		shown    []bool // the round's own satisfaction
		n        int    // behind the whole
		withheld bool
	}{
		"nobody":                             {bases: []int{0}, shown: []bool{false}},
		"four":                               {bases: []int{4}, shown: []bool{false}, withheld: true},
		"five":                               {bases: []int{5}, shown: []bool{true}, n: 5},
		"two small ones that are enough":     {bases: []int{3, 2}, shown: []bool{false, false}, n: 5, withheld: true},
		"two small ones that are not":        {bases: []int{2, 2}, shown: []bool{false, false}, withheld: true},
		"one small beside a large":           {bases: []int{30, 2}, shown: []bool{true, false}, n: 30, withheld: true},
		"enough in small ones beside others": {bases: []int{30, 4, 4}, shown: []bool{true, false, false}, n: 38, withheld: true},
		"large ones":                         {bases: []int{30, 5}, shown: []bool{true, true}, n: 35},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := computeBases(test.bases)
			got := f.Forms[0]
			if got.Satisfaction.N != test.n || got.Obstacles.N != test.n || f.Withheld != test.withheld {
				t.Errorf("satisfaction of %d, obstacles of %d, want %d; withheld %v", got.Satisfaction.N, got.Obstacles.N, test.n, f.Withheld)
			}
			for i, round := range got.Rounds {
				if (round.Satisfaction.N > 0) != test.shown[i] || round.Satisfaction.Withheld != (test.bases[i] > 0 && !test.shown[i]) {
					t.Errorf("round %d: %+v", i, round.Satisfaction)
				}
			}
		})
	}
}

// No figure, and no difference of the whole and the rounds that are shown, tells
// of one to four responses.
func TestNothingIsToldOfFewerThanFive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bases := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 8).Draw(t, "bases")
		got := computeBases(bases).Forms[0]
		rest := got.Satisfaction.N
		for _, round := range got.Rounds {
			if n := round.Satisfaction.N; n > 0 && n < stats.Least {
				t.Fatalf("a round of %d is shown", n)
			}
			rest -= round.Satisfaction.N
		}
		if got.Satisfaction.N > 0 && got.Satisfaction.N < stats.Least || rest > 0 && rest < stats.Least {
			t.Fatalf("the whole of %d leaves %d", got.Satisfaction.N, rest)
		}
	})
}

func TestFiguresAreKeptAsTheyAre(t *testing.T) {
	before := computeBases([]int{30, 5, 1})
	content, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after stats.Figures
	if err := json.Unmarshal(content, &after); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("JSON changed them (-before +after):\n%s", diff)
	}
}

func computeBases(bases []int) stats.Figures {
	var rounds []stats.Round
	var tallies []stats.Tally
	for i, base := range bases {
		id := int64(i + 1)
		rounds = append(rounds, stats.Round{ID: id, Invited: 40, Sent: base, SentNow: base})
		if base == 0 {
			continue
		}
		level := strconv.Itoa(1 + i%4)
		tallies = append(tallies, answers(id, "overall", base, map[string]int{level: base})...)
		tallies = append(tallies, answers(id, "obstacles", base, map[string]int{"time": base})...)
	}
	return stats.Compute(counts(rounds, tallies))
}

func near(a, b stats.Measure) bool {
	return a.N == b.N && math.Abs(a.Mean-b.Mean) < 1e-9 && math.Abs(a.Share-b.Share) < 1e-9 && a.Withheld == b.Withheld
}

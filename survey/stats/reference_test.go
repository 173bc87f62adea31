package stats_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pascalatih/survey/stats"
)

// reference is what testdata/reference.R computes, with nothing of this package.
// Its head says how to make it anew. null is what is missing or not defined.
type reference struct {
	Made     string
	By       string
	Sets     []referenceSet
	Compared []referencePaired
	Indices  []struct {
		Items []string // names of sets
		Index *float64
		Grade stats.Grade
	}
}

type referenceSet struct {
	Name, Sort     string
	Scale          int
	Levels, Before []*int        // of one person at the same place
	Level, Gain    referenceMean // of Levels, and of Levels minus Before
	Shares         []struct {
		From, Successes  int
		Share, Low, High *float64
	}
}

type referenceMean struct {
	N                   int
	Mean, SD, Low, High *float64
}

// leastOfSort are the data sets of each sort that must be there.
var leastOfSort = map[string]int{"normal": 6, "skewed": 4, "tied": 3, "tiny": 5, "constant": 3, "missing": 4, "none": 2}

func TestReferenceHasEverySort(t *testing.T) {
	sorts, names := make(map[string]int), make(map[string]bool)
	for _, set := range readReference(t).Sets {
		sorts[set.Sort]++
		names[set.Name] = true
		if leastOfSort[set.Sort] == 0 {
			t.Errorf("%s is of an unknown sort, %q", set.Name, set.Sort)
		}
		if len(set.Shares) != set.Scale+1 || len(set.Levels) != len(set.Before) {
			t.Errorf("%s has %d shares of %d levels, and %d pairs of %d", set.Name, len(set.Shares), set.Scale, len(set.Before), len(set.Levels))
		}
	}
	if len(names) < 30 {
		t.Errorf("%d data sets, want at least 30", len(names))
	}
	for sort, least := range leastOfSort {
		if sorts[sort] < least {
			t.Errorf("%d data sets are %s, want at least %d", sorts[sort], sort, least)
		}
	}
}

func TestStatisticsAgreeWithReference(t *testing.T) {
	for _, set := range readReference(t).Sets {
		t.Run(set.Sort+"/"+set.Name, func(t *testing.T) {
			levels, gains := set.distributions()
			agreeMean(t, "levels", levels, set.Level)
			agreeMean(t, "gains", gains, set.Gain)
			for _, want := range set.Shares {
				agree(t, "share", levels.Share(want.From), want.Share)
				got := stats.Wilson(want.Successes, levels.N())
				if want.Share == nil {
					if got != (stats.Estimate{}) {
						t.Errorf("the interval of none is %v, want none", got)
					}
					continue
				}
				agree(t, "Wilson's share", got.Value, want.Share)
				agree(t, "Wilson's lower end", got.Low, want.Low)
				agree(t, "Wilson's upper end", got.High, want.High)
				if got.N != set.Level.N {
					t.Errorf("Wilson's n is %d, want %d", got.N, set.Level.N)
				}
			}
		})
	}
}

func TestIndicesAgreeWithReference(t *testing.T) {
	read := readReference(t)
	means := make(map[string]float64)
	for _, set := range read.Sets {
		levels, _ := set.distributions()
		means[set.Name] = levels.Mean()
	}
	grades := make(map[stats.Grade]bool)
	for _, want := range read.Indices {
		var items []float64
		for _, name := range want.Items {
			items = append(items, means[name])
		}
		index := stats.Index(items)
		agree(t, "index", index, want.Index)
		if got := stats.GradeOf(index); got != want.Grade {
			t.Errorf("the grade of %v is %q, want %q", index, got, want.Grade)
		}
		grades[want.Grade] = true
	}
	if len(grades) < 5 {
		t.Errorf("the indices are of the grades %v only, want all and none", grades)
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	file, err := os.Open("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var read reference
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("reading the reference: %v", err)
	}
	return read
}

// distributions are of the levels that are there, and of the differences where
// both are.
func (s referenceSet) distributions() (levels, gains stats.Distribution) {
	levels, gains = make(stats.Distribution), make(stats.Distribution)
	for i, level := range s.Levels {
		if level == nil {
			continue
		}
		levels[*level]++
		if before := s.Before[i]; before != nil {
			gains[*level-*before]++
		}
	}
	return levels, gains
}

func agreeMean(t *testing.T, what string, d stats.Distribution, want referenceMean) {
	t.Helper()
	if d.N() != want.N {
		t.Errorf("n of the %s is %d, want %d", what, d.N(), want.N)
	}
	agree(t, "mean of the "+what, d.Mean(), want.Mean)
	agree(t, "standard deviation of the "+what, d.SD(), want.SD)
	interval := d.MeanInterval()
	if interval.N != want.N {
		t.Errorf("n of the interval of the %s is %d, want %d", what, interval.N, want.N)
	}
	agree(t, "value of the "+what, interval.Value, want.Mean)
	agree(t, "lower end of the "+what, interval.Low, want.Low)
	agree(t, "upper end of the "+what, interval.High, want.High)
}

// agree wants the same to 1e-9, and NaN for what is not defined.
func agree(t *testing.T, what string, got float64, want *float64) {
	t.Helper()
	if want == nil {
		if !math.IsNaN(got) {
			t.Errorf("%s is %.17g, want none", what, got)
		}
		return
	}
	if !(math.Abs(got-*want) <= 1e-9) { // so that NaN is none of it
		t.Errorf("%s is %.17g, want %.17g", what, got, *want)
	}
}

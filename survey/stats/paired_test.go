package stats_test

import (
	"math"
	"testing"

	"pascalatih/survey/stats"
)

// referencePaired is a comparison as testdata/reference.R computes it.
type referencePaired struct {
	Name            string
	First, Second   []float64
	Firsts, Seconds referenceMean
	Gain            referenceMean
	Effect          struct{ Value, Low, High *float64 }
	Rank            struct {
		N     int
		V, P  *float64
		Exact bool
	}
}

func TestComparisonsAgreeWithReference(t *testing.T) {
	read := readReference(t).Compared
	if len(read) < 25 {
		t.Fatalf("%d comparisons, want at least 25", len(read))
	}
	exact, approximate := 0, 0
	for _, want := range read {
		t.Run(want.Name, func(t *testing.T) {
			got := stats.ComparePairs(twos(want.First, want.Second))
			agreeEstimate(t, "first", got.First, want.Firsts)
			agreeEstimate(t, "second", got.Second, want.Seconds)
			agreeEstimate(t, "gain", got.Gain, want.Gain)
			agree(t, "first's deviation", got.FirstSD, want.Firsts.SD)
			agree(t, "second's deviation", got.SecondSD, want.Seconds.SD)
			agree(t, "effect", got.Effect.Value, want.Effect.Value)
			agree(t, "effect's lower end", got.Effect.Low, want.Effect.Low)
			agree(t, "effect's upper end", got.Effect.High, want.Effect.High)
			agree(t, "V", got.Signed.V, want.Rank.V)
			agree(t, "p", got.Signed.P, want.Rank.P)
			if got.N != len(want.First) || got.Signed.N != want.Rank.N || got.Signed.Exact != want.Rank.Exact {
				t.Errorf("n %d, changed %d, exact %v; want %d, %d, %v",
					got.N, got.Signed.N, got.Signed.Exact, len(want.First), want.Rank.N, want.Rank.Exact)
			}
			if stats.Indicative(got.N) != (len(want.First) < 10) {
				t.Errorf("of %d pairs it is indicative: %v", got.N, stats.Indicative(got.N))
			}
		})
		if want.Rank.Exact {
			exact++
		} else {
			approximate++
		}
	}
	if exact < 8 || approximate < 8 {
		t.Errorf("%d exact and %d approximate tests, want 8 of each", exact, approximate)
	}
}

func agreeEstimate(t *testing.T, what string, got stats.Estimate, want referenceMean) {
	t.Helper()
	agree(t, what+" mean", got.Value, want.Mean)
	agree(t, what+" lower end", got.Low, want.Low)
	agree(t, what+" upper end", got.High, want.High)
	if got.N != want.N {
		t.Errorf("n of the %s is %d, want %d", what, got.N, want.N)
	}
}

func twos(first, second []float64) []stats.Two {
	var all []stats.Two
	for i := range first {
		all = append(all, stats.Two{First: first[i], Second: second[i]})
	}
	return all
}

// What is 0.2 on paper is 0.2 wherever on the scale it happens.
func TestEqualDifferencesAreTies(t *testing.T) {
	got := stats.ComparePairs(twos([]float64{3.0, 3.2, 2.2, 1.2, 0.1}, []float64{3.2, 3.4, 2.4, 1.4, 0.3}))
	if got.Signed.Exact || got.Signed.V != 15 || got.Gain.Low != got.Gain.High {
		t.Errorf("five equal differences: %+v", got)
	}
}

func TestSizeOf(t *testing.T) {
	for effect, want := range map[float64]stats.Size{
		0: stats.Negligible, 0.199: stats.Negligible, 0.2: stats.Small, -0.49: stats.Small, 0.5: stats.Medium,
		-0.79: stats.Medium, 0.8: stats.Large, -3: stats.Large, math.Inf(1): stats.Large,
	} {
		if got := stats.SizeOf(effect); got != want {
			t.Errorf("%v is %s, want %s", effect, got, want)
		}
	}
}

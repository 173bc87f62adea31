package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

func TestWilson(t *testing.T) {
	// The ends of all or none are 0 or 1 and n/(n + z²) or z²/(n + z²).
	tests := map[string]struct {
		successes, n     int
		value, low, high float64
	}{
		"none of none":            {},
		"none of one":             {successes: 0, n: 1, value: 0, low: 0, high: 0.79345},
		"one of one":              {successes: 1, n: 1, value: 1, low: 0.20655, high: 1},
		"none of many":            {successes: 0, n: 30, value: 0, low: 0, high: 0.11351},
		"all of many":             {successes: 30, n: 30, value: 1, low: 0.88649, high: 1},
		"half":                    {successes: 5, n: 10, value: 0.5, low: 0.23659, high: 0.76341},
		"one of a whole country":  {successes: 1, n: 5_000_000, value: 2e-7, low: 0.00000, high: 0.00000},
		"half of a whole country": {successes: 2_500_000, n: 5_000_000, value: 0.5, low: 0.49956, high: 0.50044},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := stats.Wilson(test.successes, test.n)
			if got.N != test.n || got.Value != test.value {
				t.Errorf("Wilson(%d, %d) is %v of %d, want %v", test.successes, test.n, got.Value, got.N, test.value)
			}
			if math.Abs(got.Low-test.low) > 5e-6 || math.Abs(got.High-test.high) > 5e-6 {
				t.Errorf("Wilson(%d, %d) is from %v to %v, want %v to %v", test.successes, test.n, got.Low, got.High, test.low, test.high)
			}
		})
	}
}

// All ends are shares; those of none and all are so to the last bit.
func TestWilsonIsAnIntervalOfShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		successes, n := drawShare(t)
		got := stats.Wilson(successes, n)
		if !(0 <= got.Low && got.Low <= got.Value && got.Value <= got.High && got.High <= 1) {
			t.Fatalf("Wilson(%d, %d) = %+v is no interval of shares around its value", successes, n, got)
		}
		if (got.Low == 0) != (successes == 0) || (got.High == 1) != (successes == n) {
			t.Fatalf("Wilson(%d, %d) = %+v ends at 0 or 1", successes, n, got)
		}
	})
}

func TestWilsonOfFailuresIsItsMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		successes, n := drawShare(t)
		got, mirror := stats.Wilson(successes, n), stats.Wilson(n-successes, n)
		if !nearly(got.Value, 1-mirror.Value) || !nearly(got.Low, 1-mirror.High) || !nearly(got.High, 1-mirror.Low) {
			t.Fatalf("Wilson(%d, %d) = %+v, of the failures %+v", successes, n, got, mirror)
		}
	})
}

func TestWilsonNarrowsWithMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		successes, n := drawShare(t)
		few, many := stats.Wilson(successes, n), stats.Wilson(2*successes, 2*n)
		if many.High-many.Low >= few.High-few.Low {
			t.Fatalf("Wilson(%d, %d) = %+v, of twice as many %+v", successes, n, few, many)
		}
	})
}

func drawShare(t *rapid.T) (successes, n int) {
	n = rapid.IntRange(1, 5_000_000).Draw(t, "n")
	return rapid.IntRange(0, n).Draw(t, "successes"), n
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }

package stats_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

func TestDistribution(t *testing.T) {
	none := math.NaN()
	tests := map[string]struct {
		of        stats.Distribution
		n         int
		mean, sd  float64
		share     float64 // from 3
		low, high float64
	}{
		"no map":                        {of: nil, mean: none, sd: none, share: none, low: none, high: none},
		"levels that nobody gave":       {of: stats.Distribution{1: 0, 4: 0}, mean: none, sd: none, share: none, low: none, high: none},
		"one":                           {of: stats.Distribution{3: 1}, n: 1, mean: 3, sd: none, share: 1, low: none, high: none},
		"one, beside empty levels":      {of: stats.Distribution{1: 0, 2: 1, 3: 0}, n: 1, mean: 2, sd: none, share: 0, low: none, high: none},
		"two alike":                     {of: stats.Distribution{4: 2}, n: 2, mean: 4, sd: 0, share: 1, low: 4, high: 4},
		"two that differ":               {of: stats.Distribution{2: 1, 4: 1}, n: 2, mean: 3, sd: math.Sqrt2, share: 0.5, low: 3 - 12.706204736174694, high: 3 + 12.706204736174694},
		"constant, beside empty levels": {of: stats.Distribution{1: 0, 3: 5_000_000}, n: 5_000_000, mean: 3, sd: 0, share: 1, low: 3, high: 3},
		"differences below nought":      {of: stats.Distribution{-1: 1, 0: 1, 1: 1}, n: 3, mean: 0, sd: 1, share: 0, low: -4.3026527297494619 / math.Sqrt(3), high: 4.3026527297494619 / math.Sqrt(3)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			interval := test.of.MeanInterval()
			if test.of.N() != test.n || interval.N != test.n {
				t.Errorf("n is %d, of the interval %d, want %d", test.of.N(), interval.N, test.n)
			}
			for _, figure := range []struct {
				what      string
				got, want float64
			}{
				{"mean", test.of.Mean(), test.mean}, {"sd", test.of.SD(), test.sd}, {"share", test.of.Share(3), test.share},
				{"value", interval.Value, test.mean}, {"low", interval.Low, test.low}, {"high", interval.High, test.high},
			} {
				if !nearly(figure.got, figure.want) && !(math.IsNaN(figure.got) && math.IsNaN(figure.want)) {
					t.Errorf("%s is %.17g, want %.17g", figure.what, figure.got, figure.want)
				}
			}
		})
	}
}

func TestMeanIntervalIsAroundTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistribution(t, -4, 10)
		got := d.MeanInterval()
		if got.N != d.N() || got.Value != d.Mean() {
			t.Fatalf("%v has the interval %+v", d, got)
		}
		if got.N < 2 {
			if !math.IsNaN(got.Low) || !math.IsNaN(got.High) {
				t.Fatalf("%v has an interval of one, %+v", d, got)
			}
			return
		}
		if !(got.Low <= got.Value && got.Value <= got.High) || !nearly(got.Value-got.Low, got.High-got.Value) {
			t.Fatalf("%v has the interval %+v, which is not around its value", d, got)
		}
		if (got.Low == got.High) != isConstant(d) {
			t.Fatalf("%v has the interval %+v", d, got)
		}
	})
}

// Figures are kept and compared: they must not hang on a map's order.
func TestDistributionIsTheSameToTheLastBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistribution(t, -4, 10)
		mean, sd, interval := d.Mean(), d.SD(), d.MeanInterval()
		for range 20 {
			if same(d.Mean(), mean) && same(d.SD(), sd) && same(d.MeanInterval().Low, interval.Low) {
				continue
			}
			t.Fatalf("%v has another mean or standard deviation each time", d)
		}
	})
}

func TestShareFallsFromOneToNought(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistribution(t, 1, 5)
		if d.Share(1) != 1 || d.Share(6) != 0 {
			t.Fatalf("%v has the shares %v and %v", d, d.Share(1), d.Share(6))
		}
		for level := 1; level <= 5; level++ {
			if got := d.Share(level) - d.Share(level+1); !nearly(got, float64(d[level])/float64(d.N())) {
				t.Fatalf("%v: the shares from %d and %d differ by %v", d, level, level+1, got)
			}
		}
	})
}

// drawDistribution draws one that is not empty.
func drawDistribution(t *rapid.T, lowest, highest int) stats.Distribution {
	counts := rapid.MapOfN(rapid.IntRange(lowest, highest), rapid.IntRange(0, 100_000), 1, -1)
	return counts.Filter(func(m map[int]int) bool { return stats.Distribution(m).N() > 0 }).Draw(t, "distribution")
}

func isConstant(d stats.Distribution) bool {
	given := 0
	for _, count := range d {
		if count > 0 {
			given++
		}
	}
	return given == 1
}

func same(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

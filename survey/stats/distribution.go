package stats

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Distribution is how often each whole-numbered level was given. Of pairs it is how
// often each difference, after minus before, occurred: levels may be negative.
type Distribution map[int]int

// N is how many were given in all.
func (d Distribution) N() int {
	n := 0
	for _, count := range d {
		n += count
	}
	return n
}

// Mean is the arithmetic mean, Σx/n. It is NaN without any.
func (d Distribution) Mean() float64 {
	return stat.Mean(d.weighted())
}

// SD is the standard deviation of a sample, √(Σ(x − mean)²/(n − 1)). It is NaN
// under two.
func (d Distribution) SD() float64 {
	if d.N() < 2 {
		return math.NaN()
	}
	return stat.StdDev(d.weighted())
}

// Share is the part that was at or above the level from. It is NaN without any.
func (d Distribution) Share(from int) float64 {
	at := 0
	for level, count := range d {
		if level >= from {
			at += count
		}
	}
	return float64(at) / float64(d.N())
}

// MeanInterval gives the mean with Student's t interval: with t the 97.5% quantile
// at n − 1 degrees of freedom,
//
//	mean ± t·SD/√n
//
// Of the differences of pairs, after minus before, it is the interval of the paired
// t test. Under two there is no interval; where all are the same its ends are the
// mean. Of few answers it may reach beyond the scale.
//
// Source: Student (W. S. Gosset), "The Probable Error of a Mean", Biometrika 6
// (1908), 1–25, whose first illustration is of paired differences, in the form of
// R. A. Fisher, "Statistical Methods for Research Workers" (1925).
func (d Distribution) MeanInterval() Estimate {
	n := d.N()
	estimate := Estimate{Value: d.Mean(), Low: math.NaN(), High: math.NaN(), N: n}
	if n < 2 {
		return estimate
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(quantile)
	reach := t * d.SD() / math.Sqrt(float64(n))
	estimate.Low, estimate.High = estimate.Value-reach, estimate.Value+reach
	return estimate
}

// weighted gives the levels with their counts, in the levels' order: sums in the
// order of a map would differ in their last bit from one time to the next.
func (d Distribution) weighted() (levels, counts []float64) {
	for _, level := range slices.Sorted(maps.Keys(d)) {
		levels = append(levels, float64(level))
		counts = append(counts, float64(d[level]))
	}
	return levels, counts
}

package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a figure with the ends of its 95% interval and the number of answers
// behind it. Low and High are NaN where there is no interval.
type Estimate struct {
	Value, Low, High float64
	N                int
}

// quantile is where a two-sided 95% interval ends: 2.5% lie beyond it.
const quantile = 0.975

// Wilson gives the share successes/n with its score interval, without a correction
// for continuity: with p the share and z the standard normal's 97.5% quantile,
//
//	(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
//
// It stays within [0, 1], and says something where all or none are successes, also
// of few answers. Without answers it is the zero Estimate; successes are 0 to n.
//
// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
// Inference", Journal of the American Statistical Association 22 (1927), 209–212;
// recommended for small n by L. D. Brown, T. T. Cai and A. DasGupta, "Interval
// Estimation for a Binomial Proportion", Statistical Science 16 (2001), 101–133.
func Wilson(successes, n int) Estimate {
	if n == 0 {
		return Estimate{}
	}
	return Estimate{
		Value: float64(successes) / float64(n),
		Low:   wilsonLow(successes, n),
		High:  1 - wilsonLow(n-successes, n),
		N:     n,
	}
}

// wilsonLow is the lower end. The upper is the lower of the failures, seen from 1.
func wilsonLow(successes, n int) float64 {
	if successes == 0 {
		return 0 // exactly, also on machines that round products and sums together
	}
	z := distuv.UnitNormal.Quantile(quantile)
	k, all := float64(successes), float64(n)
	return (k + z*z/2 - z*math.Sqrt(k*(all-k)/all+z*z/4)) / (all + z*z)
}

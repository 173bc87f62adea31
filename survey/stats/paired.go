package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// FirmPairs is from how many pairs on a comparison is more than indicative.
const FirmPairs = 10

// Two is what was scored twice of one person: before and after, or by themselves
// and by their supervisor.
type Two struct{ First, Second float64 }

// Paired is a comparison of the first scores with the second of the same people.
type Paired struct {
	N                 int
	First, Second     Estimate // the means, with Student's t intervals
	FirstSD, SecondSD float64
	Gain              Estimate // the mean of second minus first, with the paired t test's interval
	Effect            Estimate // Hedges' g_av
	Signed            SignedRank
}

// Indicative tells whether a comparison of n pairs is of too few for more than a hint.
func Indicative(n int) bool { return n < FirmPairs }

// ComparePairs compares them. Figures that are not defined are NaN: all of none, the
// intervals of one, the effect where nobody's scores differ.
func ComparePairs(pairs []Two) Paired {
	var first, second, gains []float64
	for _, pair := range pairs {
		first, second = append(first, pair.First), append(second, pair.Second)
		gains = append(gains, pair.gain())
	}
	p := Paired{N: len(pairs), First: meanOf(first), Second: meanOf(second), Gain: meanOf(gains),
		FirstSD: deviation(first), SecondSD: deviation(second), Signed: signedRank(gains)}
	p.Effect = averageEffect(p, deviation(gains))
	return p
}

// gain is rounded to nine decimals: two that are equal on paper, 3.4 − 3.2 and
// 3.2 − 3.0, are then ties, and the same score twice is no change.
func (t Two) gain() float64 { return math.Round((t.Second-t.First)*1e9) / 1e9 }

// meanOf is a mean with Student's t interval, as Distribution.MeanInterval has it.
func meanOf(values []float64) Estimate {
	n := len(values)
	e := Estimate{Value: stat.Mean(values, nil), Low: math.NaN(), High: math.NaN(), N: n}
	if n < 2 {
		return e
	}
	reach := distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(quantile) * deviation(values) / math.Sqrt(float64(n))
	e.Low, e.High = e.Value-reach, e.Value+reach
	return e
}

// deviation is a sample's standard deviation; exactly 0 where all are the same, in
// spite of how a mean may be rounded.
func deviation(values []float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	for _, value := range values {
		if value != values[0] {
			return stat.StdDev(values, nil)
		}
	}
	return 0
}

// averageEffect is Hedges' g_av with its interval. With D the mean of the n
// differences, s1 and s2 the standard deviations of both scores and s = (s1 + s2)/2,
//
//	d = D/s,  g = J·d,  J = Γ(m/2) / (√(m/2)·Γ((m − 1)/2)),  m = n − 1
//
// With sd the standard deviation of the differences and c = (s1² + s2² − sd²)/2
// their covariance, the large-sample variance of d under normality is
//
//	v = sd²/(n·s²) + d²·(s1² + s2² + 2·c²/(s1·s2)) / (8·m·s²)
//
// and the interval g ± z·J·√v, with z the standard normal's 97.5% quantile. c²/(s1·s2)
// is 0 where one of them is. Where both are there is no g; under three pairs neither:
// J is 0 there.
//
// Sources: d_av is G. Cumming, "Understanding the New Statistics" (2012), chapter 11,
// and D. Lakens, "Calculating and reporting effect sizes", Frontiers in Psychology 4
// (2013), 863, formula 10. J is L. V. Hedges, "Distribution theory for Glass's
// estimator", Journal of Educational Statistics 6 (1981), 107–128. The variance is
// got by the delta method, as D. G. Bonett, "Confidence intervals for standardized
// linear contrasts of means", Psychological Methods 13 (2008), 99–109, gets it for
// standardizers that average variances.
func averageEffect(p Paired, gainSD float64) Estimate {
	none := Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN(), N: p.N}
	s := (p.FirstSD + p.SecondSD) / 2
	if p.N < 3 || s == 0 {
		return none
	}
	n, m := float64(p.N), float64(p.N-1)
	upper, _ := math.Lgamma(m / 2)
	lower, _ := math.Lgamma((m - 1) / 2)
	j := math.Exp(upper-lower) / math.Sqrt(m/2)
	d := p.Gain.Value / s
	squares := p.FirstSD*p.FirstSD + p.SecondSD*p.SecondSD
	together := 0.0
	if product := p.FirstSD * p.SecondSD; product > 0 {
		covariance := (squares - gainSD*gainSD) / 2
		together = 2 * covariance * covariance / product
	}
	variance := gainSD*gainSD/(n*s*s) + d*d*(squares+together)/(8*m*s*s)
	reach := distuv.UnitNormal.Quantile(quantile) * j * math.Sqrt(variance)
	return Estimate{Value: j * d, Low: j*d - reach, High: j*d + reach, N: p.N}
}

// Size is a word for how large an effect is.
type Size string

// The sizes, by what J. Cohen, "Statistical Power Analysis for the Behavioral
// Sciences" (1988), calls small (0.2), medium (0.5) and large (0.8): each from there
// to the next.
const (
	Negligible Size = "negligible"
	Small      Size = "small"
	Medium     Size = "medium"
	Large      Size = "large"
)

// SizeOf is the word for an effect in either direction.
func SizeOf(effect float64) Size {
	switch effect = math.Abs(effect); {
	case effect >= 0.8:
		return Large
	case effect >= 0.5:
		return Medium
	case effect >= 0.2:
		return Small
	}
	return Negligible
}

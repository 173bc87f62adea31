package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// SignedRank is what Wilcoxon's signed rank test says of differences.
type SignedRank struct {
	N     int     // of them that are not 0
	V     float64 // the sum of the ranks of those above 0
	P     float64 // two-sided; NaN where all are 0
	Exact bool    // from V's own distribution, else from the normal one's approximation
}

// mostExact is under how many differences the exact distribution is used.
const mostExact = 50

// signedRank decides as R's wilcox.test(paired = TRUE) does: differences of 0 are
// dropped, equal ones share their mean rank; under fifty without a 0 or a tie the
// distribution is exact, else normal with ties taken into account and a correction
// for continuity.
//
// Source: F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics
// Bulletin 1 (1945), 80–83; zeros, ties and the approximation as in M. Hollander and
// D. A. Wolfe, "Nonparametric Statistical Methods" (1973), 27–33, which R follows.
func signedRank(differences []float64) SignedRank {
	changed := slices.DeleteFunc(slices.Clone(differences), func(d float64) bool { return d == 0 })
	slices.SortFunc(changed, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	n := len(changed)
	r := SignedRank{N: n, P: math.NaN()}
	if n == 0 {
		return r
	}
	ties := 0.0 // Σ(t³ − t) over groups of t equal ones
	for first := 0; first < n; {
		last := first
		for last+1 < n && math.Abs(changed[last+1]) == math.Abs(changed[first]) {
			last++
		}
		t := float64(last - first + 1)
		ties += t*t*t - t
		for _, d := range changed[first : last+1] {
			if d > 0 {
				r.V += float64(first+last)/2 + 1
			}
		}
		first = last + 1
	}
	r.Exact = n < mostExact && n == len(differences) && ties == 0
	if r.Exact {
		r.P = exactRank(int(r.V), n)
		return r
	}
	count := float64(n)
	z := r.V - count*(count+1)/4
	sigma := math.Sqrt(count*(count+1)*(2*count+1)/24 - ties/48)
	switch {
	case z > 0:
		z -= 0.5
	case z < 0:
		z += 0.5
	}
	r.P = 2 * distuv.UnitNormal.CDF(-math.Abs(z)/sigma)
	return r
}

// exactRank is the two-sided probability of a rank sum of n differences that is at
// least as far from the middle as v.
func exactRank(v, n int) float64 {
	total := n * (n + 1) / 2
	ways := make([]float64, total+1) // in how many ways ranks up to n have this sum
	ways[0] = 1
	for rank := 1; rank <= n; rank++ {
		for sum := total; sum >= rank; sum-- {
			ways[sum] += ways[sum-rank]
		}
	}
	tail := 0.0
	for sum := range min(v, total-v) + 1 {
		tail += ways[sum]
	}
	return min(1, 2*tail/math.Exp2(float64(n)))
}

package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Index is the satisfaction index of items on a scale of 1 to 4, from their means:
// the mean of these with equal weights, times 25, thus 25 to 100. It is NaN without
// items.
//
// Source: the Indonesian regulation Permenpan RB 14/2017 on surveys of public
// satisfaction with services, annex: each of the x elements weighs 1/x, and the
// index is converted to 25–100. The weights are not rounded here. The regulation is
// of public services; of trainings it is used by analogy. It is rounded to ten
// decimals: what is written with two is then graded as it is written.
func Index(means []float64) float64 {
	return math.Round(stat.Mean(means, nil)*25*1e10) / 1e10
}

// Grade is the quality that Permenpan RB 14/2017 gives an index (mutu pelayanan): A
// (sangat baik), B (baik), C (kurang baik) or D (tidak baik).
type Grade string

// GradeOf is the grade of an index, rounded to two decimals first: A 88.31–100, B
// 76.61–88.30, C 65.00–76.60, D 25.00–64.99. It is "" where the index is none of
// them.
//
// Source: Permenpan RB 14/2017, annex, the table of values and qualities.
func GradeOf(index float64) Grade {
	switch at := hundredths(index); {
	case at > 10000:
		return ""
	case at >= 8831:
		return "A"
	case at >= 7661:
		return "B"
	case at >= 6500:
		return "C"
	case at >= 2500:
		return "D"
	}
	return ""
}

// hundredths rounds to two decimals, half away from zero. It rounds to ten first,
// since an index of 88.305 may have come out as 88.30499999999999 from its means.
func hundredths(index float64) float64 {
	return math.Round(math.Round(index*1e10) / 1e8)
}

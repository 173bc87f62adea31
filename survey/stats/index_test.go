package stats_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

func TestIndex(t *testing.T) {
	tests := map[string]struct {
		means []float64
		index float64
	}{
		"no items":           {index: math.NaN()},
		"all at the bottom":  {means: []float64{1, 1, 1}, index: 25},
		"all at the top":     {means: []float64{4, 4, 4, 4, 4, 4, 4, 4, 4}, index: 100},
		"one item":           {means: []float64{3}, index: 75},
		"items weigh alike":  {means: []float64{2, 4, 4}, index: 250.0 / 3},
		"an item of nothing": {means: []float64{3, math.NaN()}, index: math.NaN()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := stats.Index(test.means)
			if !(math.Abs(got-test.index) < 1e-9) && !(math.IsNaN(got) && math.IsNaN(test.index)) {
				t.Errorf("Index(%v) is %v, want %v", test.means, got, test.index)
			}
		})
	}
}

func TestGradeOf(t *testing.T) {
	tests := map[string]struct {
		index float64
		grade stats.Grade
	}{
		"the best":                      {100, "A"},
		"the least of A":                {88.31, "A"},
		"rounded up to A":               {88.305, "A"},
		"rounded up to A, but for bits": {math.Nextafter(88.305, 0), "A"},
		"not rounded up to A":           {88.3049999, "B"},
		"the most of B":                 {88.30, "B"},
		"the least of B":                {76.61, "B"},
		"rounded up to B":               {76.605, "B"},
		"rounded up to B, but for bits": {76.605 - 1e-13, "B"},
		"not rounded up to B":           {76.6049999, "C"},
		"the most of C":                 {76.60, "C"},
		"the least of C":                {65, "C"},
		"rounded up to C":               {64.995, "C"},
		"not rounded up to C":           {64.9949999, "D"},
		"the most of D":                 {64.99, "D"},
		"the least of D":                {25, "D"},
		"rounded up to D":               {24.995, "D"},
		"too little":                    {24.99, ""},
		"nought":                        {0, ""},
		"below nought":                  {-88.31, ""},
		"too much":                      {100.01, ""},
		"no index":                      {math.NaN(), ""},
		"without end":                   {math.Inf(1), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := stats.GradeOf(test.index); got != test.grade {
				t.Errorf("GradeOf(%v) is %q, want %q", test.index, got, test.grade)
			}
		})
	}
}

// Of several items the index comes out a last bit or two below the 5 at its third
// decimal, where it is exactly that.
func TestGradeOfMeans(t *testing.T) {
	tests := map[string]struct {
		n     int   // of each item
		sums  []int // of its levels
		index string
		grade stats.Grade
	}{
		"88.305, one item":   {n: 5000, sums: []int{17661}, index: "88.305", grade: "A"},
		"88.305, five items": {n: 1000, sums: []int{3489, 3522, 3485, 3534, 3631}, index: "88.305", grade: "A"},
		"88.305, many items": {n: 200, sums: []int{702, 702, 702, 713, 696, 699, 713, 713, 707, 696, 707, 712, 714, 704,
			698, 709, 713, 702, 711, 701, 696, 712, 711, 714, 714}, index: "88.305", grade: "A"},
		"76.605, one item":   {n: 5000, sums: []int{15321}, index: "76.605", grade: "B"},
		"76.605, two items":  {n: 2500, sums: []int{7645, 7676}, index: "76.605", grade: "B"},
		"76.605, five items": {n: 1000, sums: []int{3095, 3065, 3037, 3014, 3110}, index: "76.605", grade: "B"},
		"76.605, nine items": {n: 5000, sums: []int{15136, 15088, 15079, 15167, 15242, 15424, 15125, 15272, 16356}, index: "76.605", grade: "B"},
		"64.995, five items": {n: 1000, sums: []int{2599, 2642, 2562, 2646, 2550}, index: "64.995", grade: "C"},
		"88.304, one item":   {n: 6250, sums: []int{22076}, index: "88.304", grade: "B"},
		"76.604, one item":   {n: 6250, sums: []int{19151}, index: "76.604", grade: "C"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var items []stats.Distribution
			for _, sum := range test.sums {
				items = append(items, withSum(test.n, sum))
			}
			exact := exactIndex(items)
			if want, _ := new(big.Rat).SetString(test.index); exact.Cmp(want) != 0 {
				t.Fatalf("the index is %s, want %s", exact.FloatString(9), test.index)
			}
			index := stats.Index(meansOf(items))
			if got := stats.GradeOf(index); got != test.grade {
				t.Errorf("the grade of %.17g is %q, want %q", index, got, test.grade)
			}
		})
	}
}

func TestIndexIsWithinItsScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		means := rapid.SliceOfN(rapid.Float64Range(1, 4), 1, 40).Draw(t, "means")
		index := stats.Index(means)
		if !(25 <= index && index <= 100) {
			t.Fatalf("Index(%v) = %v", means, index)
		}
		if stats.GradeOf(index) == "" {
			t.Fatalf("the index %v has no grade", index)
		}
	})
}

// The grade is that of the exact index, computed in fractions and rounded half up.
// Items are drawn so that it often lies at the edge of a grade.
func TestGradeIsThatOfTheExactIndex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, 7, 40, 625, 1000, 2500, 5000}).Draw(t, "n")
		edge := rapid.SampledFrom([]float64{88.305, 76.605, 64.995, 50}).Draw(t, "edge")
		var items []stats.Distribution
		total := 0
		for k := range rapid.IntRange(1, 12).Draw(t, "items") {
			// So much that the items so far come to the edge, give or take a little.
			sum := int(math.Round(edge/25*float64(n*(k+1)))) - total + rapid.IntRange(-2, 2).Draw(t, "off")
			sum = min(max(sum, n), 4*n)
			total += sum
			items = append(items, withSum(n, sum))
		}
		exact := exactIndex(items)
		index := stats.Index(meansOf(items))
		if got, want := stats.GradeOf(index), exactGrade(exact); got != want {
			t.Fatalf("the grade of %.17g is %q, of the exact %s %q", index, got, exact.FloatString(12), want)
		}
	})
}

// withSum is of n levels of 1 to 4 that add up to sum.
func withSum(n, sum int) stats.Distribution {
	lower := min(sum/n, 3)
	above := sum - lower*n
	return stats.Distribution{lower: n - above, lower + 1: above}
}

func meansOf(items []stats.Distribution) []float64 {
	var means []float64
	for _, item := range items {
		means = append(means, item.Mean())
	}
	return means
}

func exactIndex(items []stats.Distribution) *big.Rat {
	index := new(big.Rat)
	for _, item := range items {
		sum := 0
		for level, count := range item {
			sum += level * count
		}
		index.Add(index, big.NewRat(int64(25*sum), int64(item.N()*len(items))))
	}
	return index
}

func exactGrade(index *big.Rat) stats.Grade {
	half := new(big.Rat).Add(new(big.Rat).Mul(index, big.NewRat(100, 1)), big.NewRat(1, 2))
	switch at := new(big.Int).Quo(half.Num(), half.Denom()).Int64(); {
	case at >= 8831:
		return "A"
	case at >= 7661:
		return "B"
	case at >= 6500:
		return "C"
	}
	return "D"
}

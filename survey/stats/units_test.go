package stats_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

func TestTellUnits(t *testing.T) {
	tests := map[string]struct {
		sent   map[int64]int
		untold int
		told   []int64
	}{
		"nobody sent":                             {},
		"units of five and more are told":         {sent: map[int64]int{1: 5, 2: 40}, told: []int64{1, 2}},
		"two small units hide each other":         {sent: map[int64]int{1: 2, 2: 3, 3: 9}, told: []int64{3}},
		"a small unit alone takes the next along": {sent: map[int64]int{1: 4, 2: 6, 3: 9}, told: []int64{3}},
		"two that are too few take a third":       {sent: map[int64]int{1: 1, 2: 1, 3: 5, 4: 9}, told: []int64{4}},
		"a single unit under five":                {sent: map[int64]int{1: 4}},
		"an unlinked row takes two units along":   {sent: map[int64]int{1: 5, 2: 6, 3: 7}, untold: 1, told: []int64{3}},
		"unlinked rows of one unit do not hide it": {
			sent: map[int64]int{1: 4, 2: 6, 3: 7}, untold: 8, told: []int64{3}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			told := slices.Sorted(maps.Keys(stats.TellUnits(test.sent, test.untold)))
			if diff := cmp.Diff(test.told, told); diff != "" {
				t.Errorf("told units (-want +got):\n%s", diff)
			}
		})
	}
}

// Whoever knows how many each unit sent can tell no empty row's unit, and the
// empty rows are Least or more, unless all rows are empty.
func TestTellUnitsHidesEveryEmptyRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.MapOf(rapid.Int64Range(1, 50), rapid.IntRange(1, 12)).Draw(t, "sent")
		untold := rapid.IntRange(0, 3).Draw(t, "untold")
		told := stats.TellUnits(sent, untold)

		emptyRows, emptyUnits := untold, 0
		for unit, n := range sent {
			switch {
			case !told[unit]:
				emptyRows += n
				emptyUnits++
			case n < stats.Least:
				t.Fatalf("unit %d is told with %d responses", unit, n)
			}
		}
		if len(told) == 0 || emptyRows == 0 {
			return
		}
		if emptyRows < stats.Least || emptyUnits < 2 {
			t.Fatalf("%d empty rows of %d units", emptyRows, emptyUnits)
		}
	})
}

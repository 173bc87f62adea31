package stats

import (
	"cmp"
	"maps"
	"slices"
)

// TellUnits decides, for a list with one row per response, in the rows of which
// units (by id) the unit may stand. sent is how many of each unit sent; untold is
// the number of rows whose unit is not known any more.
//
// A unit under Least is not told. Whoever knows how many each unit sent could
// still tell whose the empty rows are, so the smallest of the other units are
// left out too, until the empty rows are of at least two units and Least
// responses. untold rows count as rows and as no unit: they may be of any.
func TellUnits(sent map[int64]int, untold int) map[int64]bool {
	units := slices.SortedFunc(maps.Keys(sent), func(a, b int64) int {
		return cmp.Or(cmp.Compare(sent[a], sent[b]), cmp.Compare(a, b))
	})
	told := make(map[int64]bool, len(units))
	emptyRows, emptyUnits := untold, 0
	for _, unit := range units {
		safe := emptyRows == 0 || (emptyRows >= Least && emptyUnits >= 2)
		if sent[unit] >= Least && safe {
			told[unit] = true
			continue
		}
		emptyRows += sent[unit]
		emptyUnits++
	}
	return told
}

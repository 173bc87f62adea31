package stats

import (
	"cmp"
	"slices"
)

// Least is the smallest number of responses behind a figure that is shown.
const Least = 5

// Pending are responses that count in no figure yet: those of one round, one unit
// and one week.
type Pending struct {
	Form  string // the instrument's key
	Round int64
	Unit  int64 // 0: not known any more
	Week  int   // from 1; weeks are compared for equality only
	Count int
	Final bool // nobody will send in this round any more
}

// Block is at least Least responses of one form that are counted together, and
// only together, in every figure from then on.
type Block struct {
	Form  string
	Round int64 // 0: of several rounds
	Unit  int64 // 0: of several units, or not known
	Week  int   // 0: of several weeks
	Cells []int // the Pending that it is made of
	Size  int   // responses
}

// FormBlocks puts pending responses into blocks. It is the one place that decides
// what may be shown: a figure is made of whole blocks, a block never changes, and
// each has at least Least responses. So whatever summaries somebody puts together,
// of a group and its parts, of a round and its weeks, of an earlier and a later
// state, what one has and another has not is again whole blocks.
//
// A block is as narrow as it can be, so that it counts in narrow groups: of one
// round, one unit and one week where they have Least responses, else of one round
// and one week, else of one round, else, where nobody will send in these rounds
// any more, of one week. A round and week that would keep a few responses out takes
// them into its smallest block. What is left waits, and is counted nowhere.
//
// This is microaggregation with a fixed minimal size (Domingo-Ferrer & Mateo-Sanz
// 2002), over groups instead of distances.
func FormBlocks(pending []Pending) []Block {
	f := former{pending: pending}
	left := f.byRoundAndWeek()
	left = f.byRound(left)
	f.byWeek(left)
	return f.blocks
}

type former struct {
	pending []Pending
	blocks  []Block
}

// byRoundAndWeek makes the blocks of one round and one week, and gives the cells
// that are left.
func (f *former) byRoundAndWeek() (left []int) {
	all := make([]int, len(f.pending))
	for i := range all {
		all[i] = i
	}
	for _, cells := range f.groups(all, func(a, b Pending) int {
		return cmp.Or(cmp.Compare(a.Form, b.Form), cmp.Compare(a.Round, b.Round), cmp.Compare(a.Week, b.Week))
	}) {
		first := len(f.blocks)
		var small []int
		for _, unit := range f.groups(cells, func(a, b Pending) int { return cmp.Compare(a.Unit, b.Unit) }) {
			if f.size(unit) >= Least {
				f.add(unit)
			} else {
				small = append(small, unit...)
			}
		}
		switch fresh := f.blocks[first:]; {
		case len(small) == 0:
		case f.size(small) >= Least:
			f.add(small)
		case len(fresh) > 0:
			smallest := slices.MinFunc(fresh, func(a, b Block) int { return cmp.Compare(a.Size, b.Size) })
			at := first + slices.IndexFunc(fresh, func(b Block) bool { return b.Unit == smallest.Unit })
			f.blocks[at] = f.block(append(small, smallest.Cells...))
		default:
			left = append(left, small...)
		}
	}
	return left
}

// byRound makes the blocks of one round over several weeks, and gives the cells
// that are left of rounds that have ended.
func (f *former) byRound(cells []int) (ended []int) {
	for _, round := range f.groups(cells, func(a, b Pending) int {
		return cmp.Or(cmp.Compare(a.Form, b.Form), cmp.Compare(a.Round, b.Round))
	}) {
		switch {
		case f.size(round) >= Least:
			f.add(round)
		case f.pending[round[0]].Final:
			ended = append(ended, round...)
		}
	}
	return ended
}

// byWeek makes the blocks of one week over several rounds.
func (f *former) byWeek(cells []int) {
	for _, week := range f.groups(cells, func(a, b Pending) int {
		return cmp.Or(cmp.Compare(a.Form, b.Form), cmp.Compare(a.Week, b.Week))
	}) {
		if f.size(week) >= Least {
			f.add(week)
		}
	}
}

// groups parts cells into those that compare as equal, in order.
func (f *former) groups(cells []int, compare func(a, b Pending) int) [][]int {
	cells = slices.Clone(cells)
	slices.SortStableFunc(cells, func(a, b int) int { return compare(f.pending[a], f.pending[b]) })
	var groups [][]int
	for i, cell := range cells {
		if i == 0 || compare(f.pending[cells[i-1]], f.pending[cell]) != 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], cell)
	}
	return groups
}

func (f *former) size(cells []int) int {
	size := 0
	for _, cell := range cells {
		size += f.pending[cell].Count
	}
	return size
}

func (f *former) add(cells []int) { f.blocks = append(f.blocks, f.block(cells)) }

// block is of the round, the unit and the week of all its cells.
func (f *former) block(cells []int) Block {
	first := f.pending[cells[0]]
	b := Block{Form: first.Form, Round: first.Round, Unit: first.Unit, Week: first.Week, Cells: cells, Size: f.size(cells)}
	for _, cell := range cells[1:] {
		if f.pending[cell].Round != b.Round {
			b.Round = 0
		}
		if f.pending[cell].Unit != b.Unit {
			b.Unit = 0
		}
		if f.pending[cell].Week != b.Week {
			b.Week = 0
		}
	}
	return b
}

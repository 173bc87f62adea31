package stats_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

// cell is pending responses of the form "reaction".
func cell(round, unit int64, week, count int) stats.Pending {
	return stats.Pending{Form: "reaction", Round: round, Unit: unit, Week: week, Count: count}
}

// ended is the same where nobody will send in the round any more.
func ended(p stats.Pending) stats.Pending {
	p.Final = true
	return p
}

func TestFormBlocks(t *testing.T) {
	type block struct {
		round, unit int64
		size        int
	}
	tests := map[string]struct {
		pending []stats.Pending
		want    []block
	}{
		"nobody":                       {},
		"four wait":                    {pending: []stats.Pending{cell(1, 1, 1, 4)}},
		"five of one unit":             {pending: []stats.Pending{cell(1, 1, 1, 5)}, want: []block{{1, 1, 5}}},
		"each unit of five for itself": {pending: []stats.Pending{cell(1, 1, 1, 5), cell(1, 2, 1, 9)}, want: []block{{1, 1, 5}, {1, 2, 9}}},
		"small units of a round together": {
			pending: []stats.Pending{cell(1, 1, 1, 2), cell(1, 2, 1, 3), cell(1, 3, 1, 7)},
			want:    []block{{1, 3, 7}, {1, 0, 5}}},
		"a few join the smallest unit": {
			pending: []stats.Pending{cell(1, 1, 1, 2), cell(1, 2, 1, 9), cell(1, 3, 1, 6)},
			want:    []block{{1, 2, 9}, {1, 0, 8}}},
		"a few of two weeks": {pending: []stats.Pending{cell(1, 1, 1, 3), cell(1, 1, 2, 4)}, want: []block{{1, 1, 7}}},
		"a week of its own keeps out an earlier few": {
			pending: []stats.Pending{cell(1, 1, 1, 3), cell(1, 1, 2, 6)}, want: []block{{1, 1, 6}}},
		"rounds that go on do not mix": {pending: []stats.Pending{cell(1, 1, 1, 3), cell(2, 1, 1, 3)}},
		"rounds that have ended do": {
			pending: []stats.Pending{ended(cell(1, 1, 1, 3)), ended(cell(2, 1, 1, 3))}, want: []block{{0, 1, 6}}},
		"of one week only": {pending: []stats.Pending{ended(cell(1, 1, 1, 3)), ended(cell(2, 1, 2, 3))}},
		"forms never do": {
			pending: []stats.Pending{ended(cell(1, 1, 1, 3)), {Form: "checkin", Round: 2, Unit: 1, Week: 1, Count: 3, Final: true}}},
		"who is of no known unit": {pending: []stats.Pending{cell(1, 0, 1, 6)}, want: []block{{1, 0, 6}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []block
			for _, b := range stats.FormBlocks(test.pending) {
				got = append(got, block{b.Round, b.Unit, b.Size})
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(block{})); diff != "" {
				t.Errorf("blocks (-want +got):\n%s", diff)
			}
		})
	}
}

// Blocks have Least responses, no cell is in two, each says truly what it is of, and
// as little as can be waits.
func TestEveryBlockIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pending := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) stats.Pending {
			return stats.Pending{
				Form:  rapid.SampledFrom([]string{"reaction", "checkin"}).Draw(t, "form"),
				Round: rapid.Int64Range(1, 4).Draw(t, "round"), Unit: rapid.Int64Range(0, 4).Draw(t, "unit"),
				Week: rapid.IntRange(1, 3).Draw(t, "week"), Count: rapid.IntRange(1, 8).Draw(t, "count"),
			}
		}), 0, 40, func(p stats.Pending) stats.Pending { p.Count = 0; return p }).Draw(t, "pending")
		in := make(map[int]bool)
		for _, block := range stats.FormBlocks(pending) {
			size := 0
			for _, cell := range block.Cells {
				p := pending[cell]
				if in[cell] {
					t.Fatalf("cell %+v is in two blocks", p)
				}
				in[cell] = true
				size += p.Count
				if p.Form != block.Form || block.Round != 0 && p.Round != block.Round || block.Unit != 0 && p.Unit != block.Unit {
					t.Fatalf("block %+v has %+v", block, p)
				}
			}
			if size != block.Size || size < stats.Least {
				t.Fatalf("block %+v of %d", block, size)
			}
		}
		type round struct {
			form string
			id   int64
		}
		waiting := make(map[round]int)
		for i, p := range pending {
			if !in[i] {
				waiting[round{p.Form, p.Round}] += p.Count
			}
		}
		for r, n := range waiting {
			if n >= stats.Least {
				t.Fatalf("%d responses of round %v wait", n, r)
			}
		}
	})
}

package storage_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pascalatih/survey/stats"
)

// Whatever multiples of the sums of blocks and of pairs somebody adds and subtracts,
// of none or of five and more people something remains: after weeks in which people
// answered one form or both, in time or late.
func TestSumsOfPairsTellOfNobodyAlone(t *testing.T) {
	t.Parallel()
	sets, alone := 0, 0
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("office ", seed), func(t *testing.T) {
			o := newTwice(t)
			o.lives(rand.New(rand.NewPCG(seed, 3)))
			for w := range 4 {
				f := o.weekOf(weekBegins.AddDate(0, 0, 7*w))
				for _, c := range f.Compared {
					if gain, _ := f.Table()[c.Key(stats.PairedGain)]; !gain.Withheld && gain.N < stats.Least {
						t.Errorf("%s is of %d", c.Item(), gain.N)
					}
				}
			}
			for _, side := range []struct {
				round           int64
				items           string
				kind, dimension string
				which           string
			}{
				{o.before, `a.path LIKE 'ability%'`, "before_after", "competence", "first"}, {o.after, `a.path LIKE 'ability%'`, "before_after", "competence", "second"},
				{o.self, `a.path = 'use'`, "self_supervisor", "application", "first"},
				{o.observed, `a.path = 'use_now' AND a.value <> 'unseen'`, "self_supervisor", "application", "second"},
			} {
				people, n := o.seated(side.round, side.items, side.kind, side.dimension, side.which)
				sets += n
				if few := remaining(people, n); few > 0 && few < stats.Least {
					t.Errorf("%s %s %s: %d remain of %d sets", side.kind, side.dimension, side.which, few, n)
				}
				for i := range people {
					people[i].set = min(people[i].set+people[i].waits, 1)
				}
				if few := remaining(people, 1); few > 0 && few < stats.Least {
					alone++
				}
			}
		})
	}
	if sets < 12 || alone < 4 {
		t.Errorf("%d sets were told of; all pairs would have told of few %d times: this shows nothing", sets, alone)
	}
}

// lives has people answer, some of them late, some one form only.
func (o twice) lives(chance *rand.Rand) {
	often, late := 0.75+chance.Float64()*0.25, chance.Float64()*0.3
	for n := 11; n <= 50; n++ {
		at := weekBegins.Add(day)
		if chance.Float64() < late {
			at = at.AddDate(0, 0, 7*(1+chance.IntN(2)))
		}
		says := func() bool { return chance.Float64() < often }
		if says() {
			o.said(o.before, n, weekBegins.Add(-90*day), ability(1+chance.IntN(4)))
		}
		if says() {
			o.said(o.after, n, at, ability(1+chance.IntN(4)))
		}
		if says() {
			o.said(o.self, n, at, map[string]string{"use": fmt.Sprint(1 + chance.IntN(5)), "performance": "4"})
		}
		if says() {
			seen := []string{"1", "2", "3", "unseen"}[chance.IntN(4)]
			o.said(o.observed, n, at, map[string]string{"use_before": "1", "use_now": seen, "service_now": "2"})
		}
	}
}

// seat is somebody who answered an item that is compared: the block of their response,
// and the set of their pair, from 1; waits is 1 where both answered and no set has
// them.
type seat struct{ block, set, waits int }

// seated are who answered in a round, and how many sets of pairs there are.
func (o twice) seated(round int64, items, kind, dimension, which string) (people []seat, sets int) {
	o.t.Helper()
	rows, err := o.db.QueryContext(o.t.Context(), fmt.Sprintf(`
		SELECT dense_rank() OVER (ORDER BY p.block_id) - 1,
		       coalesce((SELECT count(DISTINCT earlier.id) FROM pair x JOIN pair_block b ON b.id = x.pair_block_id
		                 JOIN pair_block earlier ON earlier.id <= b.id AND earlier.comparison = b.comparison AND earlier.dimension = b.dimension
		                 WHERE x.%s_id = p.id AND b.comparison = $2 AND b.dimension = $3), 0),
		       (SELECT count(*) FROM pair_block WHERE comparison = $2 AND dimension = $3),
		       (SELECT count(*) FROM response q JOIN invitation j ON j.id = q.invitation_id
		        WHERE q.round_id = $4 AND j.subject_id = i.subject_id)
		FROM response p JOIN invitation i ON i.id = p.invitation_id
		WHERE p.round_id = $1 AND p.block_id IS NOT NULL
		  AND EXISTS (SELECT FROM answer a WHERE a.round_id = p.round_id AND a.response_id = p.id AND %s)`, which, items),
		round, kind, dimension, map[int64]int64{o.before: o.after, o.after: o.before, o.self: o.observed, o.observed: o.self}[round])
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s seat
		if err := rows.Scan(&s.block, &s.set, &sets, &s.waits); err != nil {
			o.t.Fatal(err)
		}
		people = append(people, s)
	}
	return pooled(people), sets
}

// pooled puts the blocks in which under five answered together: alone none of them is
// told. Together they are the last block.
func pooled(people []seat) []seat {
	size, number := map[int]int{}, map[int]int{}
	for _, p := range people {
		size[p.block]++
	}
	for block := range size {
		if size[block] >= stats.Least {
			number[block] = len(number)
		}
	}
	for i, p := range people {
		if of, told := number[p.block]; told {
			people[i].block = of
		} else {
			people[i].block = len(number)
		}
	}
	return people
}

// remaining are the fewest people, but none, whose answers remain in sums of the sets
// with coefficients from 0 to 2, less such sums of the blocks.
func remaining(people []seat, sets int) int {
	blocks := 0
	for _, p := range people {
		blocks = max(blocks, p.block+1)
	}
	combinations := 1
	for range sets + blocks {
		combinations *= 3
	}
	size := make([]int, blocks)
	for _, p := range people {
		size[p.block]++
	}
	fewest := len(people)
	for at := range combinations {
		of := make([]int, sets+blocks)
		for i, rest := 0, at; i < len(of); i, rest = i+1, rest/3 {
			of[i] = rest % 3
		}
		remain := 0
		for _, p := range people {
			inSet := 0
			if p.set > 0 {
				inSet = of[blocks+p.set-1]
			}
			inBlock := of[p.block]
			if size[p.block] < stats.Least { // not even the pool is told
				inBlock = 0
			}
			if inSet != inBlock {
				remain++
			}
		}
		if remain > 0 {
			fewest = min(fewest, remain)
		}
	}
	return fewest
}

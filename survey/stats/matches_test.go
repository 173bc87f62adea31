package stats_test

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"pascalatih/survey/stats"
)

// matches are n of these blocks, of responses that answer everything.
func matches(n int, first, second int64) []stats.Match {
	all := make([]stats.Match, n)
	for i := range all {
		all[i] = stats.Match{First: stats.Seat{Block: first, Whole: true}, Second: stats.Seat{Block: second, Whole: true}}
	}
	return all
}

func partly(all []stats.Match, n int) []stats.Match {
	for i := range n {
		all[i].Second.Whole = false
	}
	return all
}

func TestChooseMatches(t *testing.T) {
	tests := map[string]struct {
		waiting       []stats.Match
		told          [][]stats.Match
		first, second stats.Answering
		want          int // how many are told of
	}{
		"nobody":                            {},
		"four wait":                         {waiting: matches(4, 1, 2), first: stats.Answering{1: 4}, second: stats.Answering{2: 4}},
		"five, and nobody else answered":    {waiting: matches(5, 1, 2), first: stats.Answering{1: 5}, second: stats.Answering{2: 5}, want: 5},
		"five, and one answered the second": {waiting: matches(5, 1, 2), first: stats.Answering{1: 5}, second: stats.Answering{2: 6}},
		"of 25 one has no match: four wait": {waiting: matches(24, 1, 2), first: stats.Answering{1: 24}, second: stats.Answering{2: 25}, want: 19},
		"five have no match":                {waiting: matches(20, 1, 2), first: stats.Answering{1: 25}, second: stats.Answering{2: 25}, want: 20},
		"one on each side is not two":       {waiting: matches(20, 1, 2), first: stats.Answering{1: 21}, second: stats.Answering{2: 24}, want: 16},
		"those without are of two blocks": {
			waiting: append(matches(10, 1, 3), matches(10, 2, 3)...), first: stats.Answering{1: 12, 2: 13}, second: stats.Answering{3: 20}, want: 20},
		"one who left an item out counts as one without": {
			waiting: partly(matches(20, 1, 2), 1), first: stats.Answering{1: 20}, second: stats.Answering{2: 20}, want: 15},
		"five who left an item out": {
			waiting: partly(matches(20, 1, 2), 5), first: stats.Answering{1: 25}, second: stats.Answering{2: 20}, want: 20},
		"nobody answered everything": {waiting: partly(matches(20, 1, 2), 20), first: stats.Answering{1: 20}, second: stats.Answering{2: 20}},
		"late ones of the same blocks": {
			waiting: matches(6, 1, 2), told: [][]stats.Match{matches(12, 1, 2)}, first: stats.Answering{1: 18}, second: stats.Answering{2: 18}, want: 6},
		"late ones that would leave one": {
			waiting: matches(6, 1, 2), told: [][]stats.Match{matches(12, 1, 2)}, first: stats.Answering{1: 19}, second: stats.Answering{2: 25}},
		"late ones of blocks of their own": {
			waiting: matches(6, 3, 4), told: [][]stats.Match{matches(12, 1, 2)}, first: stats.Answering{1: 12, 3: 6}, second: stats.Answering{2: 20, 4: 6}, want: 6},
		"a block of both sides": {waiting: append(matches(6, 1, 2), matches(6, 2, 3)...),
			first: stats.Answering{1: 6, 2: 12}, second: stats.Answering{2: 12, 3: 6}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				got := stats.ChooseMatches(test.waiting, test.told, test.first, test.second, rand.New(rand.NewPCG(seed, 1)))
				if len(got) != test.want {
					t.Fatalf("%d are told of, want %d", len(got), test.want)
				}
			}
		})
	}
}

func TestWhoIsLeftOutIsChance(t *testing.T) {
	out := make(map[int]bool)
	for seed := range uint64(200) {
		in := make(map[int]bool)
		for _, place := range stats.ChooseMatches(matches(24, 1, 2), nil, stats.Answering{1: 24}, stats.Answering{2: 25}, rand.New(rand.NewPCG(seed, 1))) {
			in[place] = true
		}
		for place := range 24 {
			out[place] = out[place] || !in[place]
		}
	}
	for place := range 24 {
		if !out[place] {
			t.Errorf("match %d is never left out", place)
		}
	}
}

// person answered one of the forms; set is the set of matches that they were told of
// in, from 1; 0: none. Who left an item out weighs more in their score than in the
// items' sums.
type person struct {
	block, set int
	whole      bool
}

// Whatever multiples of the blocks' sums and of the sets' are added and subtracted,
// what remains is of none or of five or more.
func TestSumsTellOfNobodyAlone(t *testing.T) {
	formed, grown, threshold := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var matched [][2]person // first and second of the same person
		sides := [2]stats.Answering{{}, {}}
		var alone [2][]person
		for side := range 2 {
			for block := range rapid.IntRange(1, 3).Draw(t, "blocks") {
				for range rapid.IntRange(5, 24).Draw(t, "size") {
					alone[side] = append(alone[side], person{block: block, whole: rapid.IntRange(0, 4).Draw(t, "whole") > 0})
					sides[side][int64(side*10+block)]++
				}
			}
		}
		first, second := rapid.Permutation(alone[0]).Draw(t, "first"), rapid.Permutation(alone[1]).Draw(t, "second")
		both := min(len(first), len(second)) - rapid.IntRange(0, 6).Draw(t, "without")
		for i := range max(both, 0) {
			matched = append(matched, [2]person{first[i], second[i]})
		}
		var told [][]stats.Match
		chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		for from, step := 0, 1; from < len(matched) && step <= 3; step++ {
			to := len(matched)
			if step < 3 {
				to = rapid.IntRange(from, len(matched)).Draw(t, "to")
			}
			var waiting []stats.Match
			var who []int
			for i := range to {
				if matched[i][0].set == 0 {
					waiting, who = append(waiting, seats(matched[i])), append(who, i)
				}
			}
			var set []stats.Match
			for _, place := range stats.ChooseMatches(waiting, told, sides[0], sides[1], chance) {
				for side := range 2 {
					matched[who[place]][side].set = len(told) + 1
				}
				set = append(set, waiting[place])
			}
			if len(set) > 0 {
				told = append(told, set)
			}
		}
		formed += len(told)
		if len(told) > 1 {
			grown++
		}
		everybody := make([][2]person, len(matched))
		copy(everybody, matched)
		for i := range everybody {
			everybody[i][0].set, everybody[i][1].set = 1, 1
		}
		for side := range 2 {
			if n := fewest(sideOf(matched, first, second, side), len(told)); n > 0 && n < stats.Least {
				t.Fatalf("side %d: %d remain of %d sets", side, n, len(told))
			}
			if n := fewest(sideOf(everybody, first, second, side), 1); n > 0 && n < stats.Least {
				threshold++
			}
		}
	})
	if formed < 20 || grown < 5 || threshold < 20 {
		t.Errorf("%d sets were told of, %d times several, a threshold alone told of few %d times: this shows nothing", formed, grown, threshold)
	}
}

func seats(p [2]person) stats.Match {
	return stats.Match{First: stats.Seat{Block: int64(p[0].block), Whole: p[0].whole}, Second: stats.Seat{Block: int64(10 + p[1].block), Whole: p[1].whole}}
}

// sideOf are all who answered a form, as they were told of.
func sideOf(matched [][2]person, first, second []person, side int) []person {
	all := [][]person{first, second}[side][len(matched):]
	for _, m := range matched {
		all = append(all[:len(all):len(all)], m[side])
	}
	return all
}

// fewest are the fewest that remain, but none, of sums with coefficients 0 to 3 of
// the sets, less as many times the blocks' sums.
func fewest(people []person, sets int) int {
	fewest := len(people)
	const coefficients, blocks = 4, 3
	combinations := 1
	for range sets + blocks {
		combinations *= coefficients
	}
	for at := range combinations {
		var of [7]int
		for i, rest := 0, at; i < sets+blocks; i, rest = i+1, rest/coefficients {
			of[i] = rest % coefficients
		}
		remain := 0
		for _, p := range people {
			inSets := 0
			if p.set > 0 {
				inSets = of[blocks+p.set-1] * 2
			}
			if p.set > 0 && !p.whole {
				inSets = inSets / 2 * 3 // one and a half times
			}
			if inSets != of[p.block]*2 {
				remain++
			}
		}
		if remain > 0 {
			fewest = min(fewest, remain)
		}
	}
	return fewest
}

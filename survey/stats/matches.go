package stats

import (
	"math/rand/v2"
	"slices"
)

// Match is two responses of the same person, or about the same, that may be
// compared.
type Match struct{ First, Second Seat }

// Seat is where one of a match's responses counts in figures of that response alone.
type Seat struct {
	Block int64 // of responses
	Whole bool  // it answers every item that scores are of
}

// Answering is of how many responses of each Block some item is answered that scores
// are of.
type Answering map[int64]int

// What ChooseMatches looks through, so that it ends soon.
const (
	mostLeftOut = 2 * Least // matches that are left out so that the others can be told
	mostTold    = 6         // sets of matches of the same people's training
	tries       = 40        // choices of those that are left out
)

// ChooseMatches gives which of the waiting matches can be told of together, as
// places in the list; none while they cannot. told are the sets that have been told
// of already: matches are told of in sets of Least or more, and stay in theirs. A
// comparison is of one or several whole sets.
//
// It is not enough that a set is of five. If 24 of the 25 who answered a form can be
// compared, the mean of the 25 and that of the 24 give what the 25th answered; the
// mean of a unit's block and of the sets tell of those who are in one alone. So for
// the first responses, and for the second, it must hold of each union of the sets:
// either it is made of whole blocks, or, whatever blocks are added and subtracted, at
// least Least responses remain. Of a block these are at least those in the union, or
// those that are not, whichever are fewer. A response that leaves an item out has
// another part in its score than in the items' means, so it always remains.
//
// (Of sums with any coefficients: the members of those sets that have the same
// coefficient are a union; in a block either they remain or all others do.)
//
// Where too few would remain, as few matches as needed, at random, are left out and
// wait.
func ChooseMatches(waiting []Match, told [][]Match, first, second Answering, chance *rand.Rand) []int {
	c := chooser{first: first, second: second, unions: unionsOf(told)}
	places := c.apart(waiting, told)
	for out := 0; out <= mostLeftOut && len(places)-out >= Least && len(told) < mostTold; out++ {
		for range tries {
			chance.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
			if kept := slices.Sorted(slices.Values(places[out:])); c.canTell(waiting, kept) {
				return kept
			}
			if out == 0 {
				break // there is one choice
			}
		}
	}
	return nil
}

type chooser struct {
	first, second Answering
	unions        [][]Match // of sets told of, and none
}

func unionsOf(told [][]Match) [][]Match {
	unions := [][]Match{nil}
	for _, set := range told[:min(len(told), mostTold)] {
		for _, union := range slices.Clone(unions) {
			unions = append(unions, slices.Concat(union, set))
		}
	}
	return unions
}

// apart are the matches whose blocks have first or second responses only: in one
// that has both, of several rounds, neither could be looked at alone.
func (c chooser) apart(waiting []Match, told [][]Match) []int {
	firsts, seconds := make(map[int64]bool), make(map[int64]bool)
	for _, match := range slices.Concat(append(slices.Clone(told), waiting)...) {
		firsts[match.First.Block], seconds[match.Second.Block] = true, true
	}
	var places []int
	for i, match := range waiting {
		if !seconds[match.First.Block] && !firsts[match.Second.Block] {
			places = append(places, i)
		}
	}
	return places
}

func (c chooser) canTell(waiting []Match, kept []int) bool {
	var set []Match
	for _, place := range kept {
		set = append(set, waiting[place])
	}
	for _, union := range c.unions {
		var firsts, seconds []Seat
		for _, match := range slices.Concat(union, set) {
			firsts, seconds = append(firsts, match.First), append(seconds, match.Second)
		}
		if !c.first.hides(firsts) || !c.second.hides(seconds) {
			return false
		}
	}
	return true
}

// hides tells whether seats are those of whole blocks, or Least remain whatever
// blocks are added and subtracted.
func (a Answering) hides(seats []Seat) bool {
	whole := make(map[int64]int)
	for _, seat := range seats {
		whole[seat.Block] += 0 // it is there
		if seat.Whole {
			whole[seat.Block]++
		}
	}
	remain, exact := 0, true
	for block, in := range whole {
		out := max(a[block]-in, 0)
		remain += min(in, out)
		exact = exact && out == 0 && in >= Least
	}
	return exact || remain >= Least
}

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
// either it is made of whole blocks, or, whatever multiples of blocks and sets are
// added and subtracted, at least Least responses remain.
//
// (Take sets with the same multiple: a union. In a block either those in it who answer
// every item remain, or, since they are gone, all who are in none, or in a set with
// another multiple, or who leave an item out: one item has another part in their score
// than in the others'. Only who leaves one out in a set with another multiple may be
// gone with them. Whichever are fewer are sure to remain.)
//
// Where too few would remain, as few matches as needed, at random, are left out and
// wait.
func ChooseMatches(waiting []Match, told [][]Match, first, second Answering, chance *rand.Rand) []int {
	c := chooser{first: first, second: second, told: told}
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
	told          [][]Match
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

// canTell looks at every union of the sets that are told of then.
func (c chooser) canTell(waiting []Match, kept []int) bool {
	var set []Match
	for _, place := range kept {
		set = append(set, waiting[place])
	}
	sets := append(slices.Clone(c.told), set)
	for union := 1; union < 1<<len(sets); union++ {
		var firsts, seconds seating
		for i, set := range sets {
			for _, match := range set {
				within := union>>i&1 == 1
				firsts.add(match.First, within)
				seconds.add(match.Second, within)
			}
		}
		if !firsts.hiddenAmong(c.first) || !seconds.hiddenAmong(c.second) {
			return false
		}
	}
	return true
}

// seating is, by block, who is in a union of sets and answers everything, and who is
// in other sets and does not.
type seating struct {
	whole, otherPart map[int64]int
}

func (s *seating) add(seat Seat, within bool) {
	if s.whole == nil {
		s.whole, s.otherPart = make(map[int64]int), make(map[int64]int)
	}
	switch {
	case within && seat.Whole:
		s.whole[seat.Block]++
	case within:
		s.whole[seat.Block] += 0 // the block is there
	case !seat.Whole:
		s.otherPart[seat.Block]++
	}
}

// hiddenAmong tells whether the union is made of whole blocks, or Least remain
// whatever is added and subtracted.
func (s seating) hiddenAmong(answering Answering) bool {
	remain, exact := 0, true
	for block, in := range s.whole {
		out := max(answering[block]-in, 0)
		remain += min(in, max(out-s.otherPart[block], 0))
		exact = exact && out == 0 && in >= Least
	}
	return exact || remain >= Least
}

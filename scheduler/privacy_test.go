package scheduler_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// published is a set of responses behind something that a reader was shown.
type published struct {
	what      string
	responses map[string]bool
}

// shownTo are the sets behind all figures of a question that came to an account: in
// the message, and so in the pictures, pages, workbook and list made of the same
// figures. Each figure is held against the books.
func (l *life) shownTo(account int64, question string) []published {
	l.t.Helper()
	var all []published
	for _, a := range l.desk.of(storage.DeliverySummary) {
		if a.AccountID != account {
			continue
		}
		kept, err := l.Summary(l.t.Context(), a.SummaryID)
		must(l.t, err)
		figures, err := kept.Read()
		must(l.t, err)
		for _, f := range figures.List {
			of, _, _ := strings.Cut(f.Item, "=")
			if f.Withheld || of != question {
				continue
			}
			p := published{what: fmt.Sprintf("%s %s %s %s", f.Scope, f.Group, f.Measure, f.Item), responses: l.behind(kept, f.Group, question)}
			l.holdAgainst(p, f)
			all = append(all, p)
		}
	}
	return all
}

// behind are the responses in the blocks that were there when a summary was
// computed, and lie wholly in what the figure is of; for the head of some units those
// of one unit each. Of a question that may be left out, those that answer it count,
// where they are enough of their block, or else of the blocks that were formed with
// it of the same week, of its round or of all.
func (l *life) behind(s storage.Summary, group, question string) map[string]bool {
	answered := map[int64][]string{} // of each block in the period
	inside := map[int64]bool{}       // and in the group
	for block, responses := range l.blocksOf(s) {
		inside[block] = true
		for _, r := range responses {
			said := l.said[r]
			inside[block] = inside[block] && (group == stats.All || group == stats.RoundGroup(said.round) || group == stats.UnitGroup(said.unit))
			if said.several || question == "puas" {
				answered[block] = append(answered[block], r)
			}
		}
	}
	few := func(block int64) bool { return len(answered[block]) < 5 }
	ofRound, ofWeek := map[string]int{}, map[string]int{}
	for block := range inside {
		if few(block) {
			ofRound[l.formedWith(block, true)] += len(answered[block])
		}
	}
	pooled := func(block int64) bool {
		return l.formedWith(block, true) != "" && ofRound[l.formedWith(block, true)] >= 5
	}
	for block := range inside {
		if few(block) && !pooled(block) {
			ofWeek[l.formedWith(block, false)] += len(answered[block])
		}
	}
	behind := map[string]bool{}
	for block, in := range inside {
		together := len(s.Units) == 0 && (strings.HasPrefix(group, "round") && pooled(block) ||
			group == stats.All && (pooled(block) || l.formedWith(block, false) != "" && ofWeek[l.formedWith(block, false)] >= 5))
		if in && (!few(block) || together) {
			for _, r := range answered[block] {
				behind[r] = true
			}
		}
	}
	return behind
}

// blocksOf are the blocks that a summary may count, with their responses.
func (l *life) blocksOf(s storage.Summary) map[int64][]string {
	members := map[int64][]string{}
	for response, block := range l.blocks {
		if !l.seen[block].After(s.ComputedAt.Add(3 * time.Second)) {
			members[block] = append(members[block], response)
		}
	}
	maps.DeleteFunc(members, func(_ int64, responses []string) bool {
		return slices.ContainsFunc(responses, func(r string) bool {
			said := l.said[r]
			return said.at.Before(s.From) || !said.at.Before(s.To) || s.Round != 0 && s.Round != said.round ||
				len(s.Units) > 0 && (!slices.Contains(s.Units, said.unit) || said.unit != l.said[responses[0]].unit)
		})
	})
	return members
}

// formedWith names the blocks that were formed at the same time as this one and are
// of the same week, and of its round alone or of any; "" where it is of several.
func (l *life) formedWith(block int64, round bool) string {
	name := ""
	for response, of := range l.blocks {
		if of != block {
			continue
		}
		said := l.said[response]
		this := fmt.Sprint(l.seen[block].Unix(), " week ", int(said.at.Sub(monday.Add(-10*week))/week))
		if round {
			this += fmt.Sprint(" round ", said.round)
		}
		if name != "" && name != this {
			return ""
		}
		name = this
	}
	return name
}

// holdAgainst wants a figure to be that of the responses behind it.
func (l *life) holdAgainst(p published, f stats.Figure) {
	l.t.Helper()
	sum := 0
	for r := range p.responses {
		sum += l.said[r].level
	}
	switch n := len(p.responses); {
	case f.Base != n:
		l.t.Fatalf("%s is of %d responses, the books have %d", p.what, f.Base, n)
	case f.Measure == stats.Mean && f.Item == "puas" && math.Abs(*f.Value-float64(sum)/float64(n)) > 1e-9:
		l.t.Fatalf("%s is %v, the books have %v", p.what, *f.Value, float64(sum)/float64(n))
	}
}

// everything is what a reader would have been shown with a threshold alone: the same
// groups, each with all of its responses, where these are five or more.
func (l *life) everything(account int64) []published {
	var all []published
	for _, a := range l.desk.of(storage.DeliverySummary) {
		if a.AccountID != account {
			continue
		}
		kept, err := l.Summary(l.t.Context(), a.SummaryID)
		must(l.t, err)
		groups := map[string]map[string]bool{}
		for r, said := range l.said {
			if said.at.Before(kept.From) || !said.at.Before(kept.To) || kept.Round != 0 && kept.Round != said.round ||
				len(kept.Units) > 0 && !slices.Contains(kept.Units, said.unit) {
				continue
			}
			for _, group := range []string{stats.All, stats.RoundGroup(said.round), stats.UnitGroup(said.unit)} {
				if groups[group] == nil {
					groups[group] = map[string]bool{}
				}
				groups[group][r] = true
			}
		}
		for group, responses := range groups {
			if len(responses) >= 5 {
				all = append(all, published{what: group, responses: responses})
			}
		}
	}
	return all
}

// Whatever summaries somebody puts together, no difference of two published sets of
// responses, nor of one and disjoint ones in it, is of one to four.
func TestNothingIsToldOfFewerThanFive(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprintf("half a year %d", seed), func(t *testing.T) {
			l := live(t, seed)
			if len(l.said) < 100 || len(l.seen) < 10 {
				t.Fatalf("only %d responses in %d blocks", len(l.said), len(l.seen))
			}
			for _, account := range []int64{admin900, head, heads, turncoat} {
				for _, question := range []string{"puas", "kendala"} {
					sets := l.shownTo(account, question)
					if told := toldOfFew(sets); told != "" {
						t.Errorf("account %d: %s", account, told)
					}
					t.Logf("account %d was shown %d figures of %q", account, len(sets), question)
				}
			}
			if toldOfFew(l.everything(admin900)) == "" {
				t.Error("a threshold alone would have told of nobody: this half year shows nothing")
			}
		})
	}
}

// toldOfFew says how one to four responses can be singled out; "" if they cannot.
func toldOfFew(sets []published) string {
	atoms, weights := atomsOf(sets)
	var distinct []published
	var covers []map[int]bool
	for i, s := range sets {
		if !slices.ContainsFunc(covers, func(c map[int]bool) bool { return maps.Equal(c, atoms[i]) }) {
			distinct, covers = append(distinct, s), append(covers, atoms[i])
		}
	}
	for i, a := range covers {
		var within []map[int]bool
		for j, b := range covers {
			if i == j {
				continue
			}
			rest, inside := 0, true
			for atom := range a {
				if !b[atom] {
					rest += weights[atom]
				}
			}
			for atom := range b {
				inside = inside && a[atom]
			}
			if rest > 0 && rest < 5 {
				return fmt.Sprintf("%s has %d that %s has not", distinct[i].what, rest, distinct[j].what)
			}
			if inside {
				within = append(within, b)
			}
		}
		if rest := leftBy(slices.Sorted(maps.Keys(a)), within, weights, map[int]bool{}, 0, new(int)); rest > 0 {
			return fmt.Sprintf("%s has %d beside disjoint sets in it", distinct[i].what, rest)
		}
	}
	return ""
}

// atomsOf groups responses that are in the same sets, and gives for each set the
// atoms that it is made of, and how many responses each is.
func atomsOf(sets []published) (made []map[int]bool, weights []int) {
	in := map[string][]int{}
	for i, s := range sets {
		for r := range s.responses {
			in[r] = append(in[r], i)
		}
	}
	made = make([]map[int]bool, len(sets))
	for i := range made {
		made[i] = map[int]bool{}
	}
	numbers := map[string]int{}
	for _, response := range slices.Sorted(maps.Keys(in)) {
		signature := fmt.Sprint(in[response])
		atom, known := numbers[signature]
		if !known {
			atom = len(weights)
			numbers[signature], weights = atom, append(weights, 0)
			for _, i := range in[response] {
				made[i][atom] = true
			}
		}
		weights[atom]++
	}
	return made, weights
}

// leftBy searches for disjoint sets that leave one to four responses of the atoms,
// and gives how many; 0 if there are none.
func leftBy(atoms []int, within []map[int]bool, weights []int, covered map[int]bool, left int, steps *int) int {
	if *steps++; *steps > 2_000_000 {
		panic("too many ways to look through")
	}
	at := slices.IndexFunc(atoms, func(atom int) bool { return !covered[atom] })
	if at < 0 {
		return left
	}
	next := atoms[at]
	mark := func(set map[int]bool, on bool) {
		for atom := range set {
			covered[atom] = on
		}
	}
	for _, set := range within {
		if !set[next] || slices.ContainsFunc(slices.Collect(maps.Keys(set)), func(atom int) bool { return covered[atom] }) {
			continue
		}
		mark(set, true)
		rest := leftBy(atoms, within, weights, covered, left, steps)
		mark(set, false)
		if rest > 0 {
			return rest
		}
	}
	if left+weights[next] >= 5 {
		return 0
	}
	covered[next] = true
	defer func() { covered[next] = false }()
	return leftBy(atoms, within, weights, covered, left+weights[next], steps)
}

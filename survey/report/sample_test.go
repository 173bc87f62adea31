package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"pascalatih/survey"
	"pascalatih/survey/instruments"
	"pascalatih/survey/stats"
)

var wib = time.FixedZone("WIB", 7*60*60)

// sampled says what an office's made-up week is like.
type sampled struct {
	trainings int
	titles    func(i int) string // nil: "Pelatihan 1" and so on
	units     int
	unitNames func(i int) string // nil: "Unit Contoh 1" and so on
	invited   int                // to each round, spread over the units
	sent      float64            // share of them who sent in this week
	checkins  bool               // each training has a check-in too
	weekAgo   bool               // the satisfaction of the week before is known, and was other
	pairs     []int              // of so many each training's people are compared, before and after
	observed  []int              // and with what their supervisors say
}

// draw makes the week's figures. The same week is drawn each time.
func (s sampled) draw(t *testing.T) stats.Figures {
	t.Helper()
	figures := stats.Compute(s.counts(t, 1))
	if s.weekAgo {
		figures.Compare(stats.Compute(s.counts(t, 2)))
	}
	return figures
}

func (s sampled) counts(t *testing.T, seed uint64) stats.Counts {
	t.Helper()
	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(seed, 5))
	c := stats.Counts{UnitNames: make(map[int64]string), Instruments: make(map[int64]survey.Instrument), Period: stats.Period{
		From: time.Date(2026, time.June, 22, 0, 0, 0, 0, wib), To: time.Date(2026, time.June, 29, 0, 0, 0, 0, wib)}}
	for u := range s.units {
		c.UnitNames[int64(u+1)] = fmt.Sprintf("Unit Contoh %d", u+1)
		if s.unitNames != nil {
			c.UnitNames[int64(u+1)] = s.unitNames(u)
		}
	}
	for key, instrument := range map[string]int64{"reaction": 1, "checkin": 2} {
		for _, b := range bundled {
			if b.Key == key {
				c.Instruments[instrument] = b
			}
		}
	}
	var pending []stats.Pending
	for i := range s.trainings {
		title := fmt.Sprintf("Pelatihan %d", i+1)
		if s.titles != nil {
			title = s.titles(i)
		}
		s.compare(&c, i, title)
		for _, instrument := range []int64{1, 2} {
			if instrument == 2 && !s.checkins {
				continue
			}
			round := stats.Round{ID: int64(len(c.Rounds) + 1), Training: title, Code: fmt.Sprintf("PEL-%02d", i+1),
				Instrument: instrument, Opened: c.From.Add(time.Duration(i%3) * 24 * time.Hour), Open: true}
			c.Rounds = append(c.Rounds, round)
			invited := make([]int, s.units)
			for n := range s.invited {
				invited[n%s.units]++
			}
			for u, n := range invited {
				sent := 0
				for range n {
					if chance.Float64() < s.sent {
						sent++
					}
				}
				c.Standings = append(c.Standings, stats.Standing{Round: round.ID, Unit: int64(u + 1), Invited: n, Sent: sent, SentNow: sent, Unreached: (n - sent) / 3})
				if sent > 0 {
					pending = append(pending, stats.Pending{Form: c.Instruments[instrument].Key, Round: round.ID, Unit: int64(u + 1), Week: 1, Count: sent})
				}
			}
		}
	}
	for i, block := range stats.FormBlocks(pending) {
		id := int64(i + 1)
		c.Blocks = append(c.Blocks, stats.CountedBlock{ID: id, Form: block.Form, Round: block.Round, Unit: block.Unit, Size: block.Size})
		for range block.Size {
			answer(&c, id, block.Form, chance)
		}
	}
	return c
}

// answer adds one made-up response to a block's tallies.
func answer(c *stats.Counts, block int64, form string, chance *rand.Rand) {
	instrument := c.Instruments[map[string]int64{"reaction": 1, "checkin": 2}[form]]
	given := make(map[string]string)
	for _, q := range instrument.Questions {
		value := ""
		switch q.Kind {
		case survey.Scale, survey.SelectOne, survey.YesNo:
			value = q.Choices[min(int(float64(len(q.Choices))*max(chance.Float64(), chance.Float64())), len(q.Choices)-1)].Name
		case survey.SelectMultiple:
			var names []string
			for i, choice := range q.Choices[:len(q.Choices)-1] {
				if chance.Float64() < 0.5/float64(i+1) {
					names = append(names, choice.Name)
				}
			}
			if value = strings.Join(names, " "); value == "" {
				value = stats.NoneNamed
			}
		default:
			if chance.Float64() < 0.3 {
				continue
			}
		}
		given[q.Name] = value
		c.Tallies = append(c.Tallies, stats.Tally{Block: block, Question: q.Name, Value: value, Count: 1})
	}
	for _, item := range stats.PairedItems(instrument) {
		before, _ := strconv.Atoi(given[item+stats.EndsBefore])
		now, _ := strconv.Atoi(given[item+stats.EndsNow])
		c.Pairs = append(c.Pairs, stats.Pair{Block: block, Item: item, Before: min(before, now), Now: max(before, now), Count: 1})
	}
}

// compare adds the comparisons of the i-th training.
func (s sampled) compare(c *stats.Counts, i int, title string) {
	of := stats.Compared{Training: int64(i + 1), Title: title, Code: fmt.Sprintf("PEL-%02d", i+1), Comparison: stats.BeforeAfter,
		Dimension: survey.Competence, FirstForm: "reaction", SecondForm: "reaction", Least: 1, Most: 5}
	if i < len(s.pairs) {
		of.Pairs = scoredTwice(s.pairs[i], 1, 5, uint64(i))
		c.Compared = append(c.Compared, of)
	}
	if i < len(s.observed) {
		of.Comparison, of.Dimension, of.Least, of.Most = stats.SelfSupervisor, survey.Application, 0, stats.Hundred
		of.Pairs = scoredTwice(s.observed[i], 100, 0, uint64(i))
		c.Compared = append(c.Compared, of)
	}
}

// scoredTwice are made-up scores of n people that move towards the scale's other end.
func scoredTwice(n int, from, to float64, seed uint64) []stats.Two {
	chance := rand.New(rand.NewPCG(seed, 9))
	var all []stats.Two
	for range n {
		first := 0.2 + 0.5*chance.Float64()
		second := min(1, first+0.3*chance.Float64()-0.02*float64(seed))
		at := func(part float64) float64 { return math.Round((from+(to-from)*part)*5) / 5 }
		all = append(all, stats.Two{First: at(first), Second: at(second)})
	}
	return all
}

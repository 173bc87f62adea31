package stats_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/survey"
	"pascalatih/survey/stats"
)

// form has two satisfaction items, a pair on competence, obstacles, what would help,
// and a plan.
func form() survey.Instrument {
	scale := []survey.Choice{{Name: "1"}, {Name: "2"}, {Name: "3"}, {Name: "4"}}
	several := []survey.Choice{{Name: "budget"}, {Name: "time"}, {Name: "tools"}, {Name: "none"}}
	return survey.Instrument{Key: "reaction", Questions: []survey.Question{
		{Name: "overall", Kind: survey.Scale, Choices: scale, Dimension: survey.Satisfaction},
		{Name: "rooms", Kind: survey.Scale, Choices: scale, Dimension: survey.Satisfaction},
		{Name: "able_now", Kind: survey.Scale, Choices: scale, Dimension: survey.Competence},
		{Name: "able_before", Kind: survey.Scale, Choices: scale, Dimension: survey.Competence},
		{Name: "obstacles", Kind: survey.SelectMultiple, Choices: several, Dimension: survey.Obstacle},
		{Name: "help", Kind: survey.SelectMultiple, Choices: several, Dimension: survey.Recommendation},
		{Name: "plan", Kind: survey.LongText, Dimension: survey.Application},
	}}
}

var monday = time.Date(2026, time.June, 22, 0, 0, 0, 0, time.UTC)

// counted is a week of the form with these blocks; each round has forty invited of
// unit 1 and of unit 2, of whom five sent.
func counted(blocks []stats.CountedBlock, tallies ...stats.Tally) stats.Counts {
	c := stats.Counts{
		Period:      stats.Period{From: monday, To: monday.AddDate(0, 0, 7)},
		Rounds:      []stats.Round{{ID: 1, Training: "A", Code: "PEL-1", Instrument: 7}, {ID: 2, Training: "B", Code: "PEL-2", Instrument: 7}},
		Blocks:      blocks,
		Tallies:     tallies,
		UnitNames:   map[int64]string{1: "Unit Satu", 2: "Unit Dua"},
		Instruments: map[int64]survey.Instrument{7: form()},
	}
	for i := range c.Blocks {
		c.Blocks[i].Form = "reaction"
	}
	for _, round := range c.Rounds {
		for unit := range c.UnitNames {
			c.Standings = append(c.Standings, stats.Standing{Round: round.ID, Unit: unit, Invited: 40, Sent: 5, SentNow: 4})
		}
	}
	return c
}

func tally(block int64, question, value string, count int) stats.Tally {
	return stats.Tally{Block: block, Question: question, Value: value, Count: count}
}

// want is what a figure is expected to be; a Value of NaN is one that is withheld.
type want struct {
	value   float64
	n, base int
}

var hidden = want{value: math.NaN()}

func TestCompute(t *testing.T) {
	one := []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10}}
	tests := map[string]struct {
		blocks  []stats.CountedBlock
		tallies []stats.Tally
		pairs   []stats.Pair
		want    map[stats.Key]want
		absent  []stats.Key
	}{
		"how many were asked and sent": {
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Invited}:    {160, 160, 160},
				{Group: "all", Measure: stats.Sent}:       {20, 20, 160},
				{Group: "round:1", Measure: stats.Rate}:   {0.125, 10, 80},
				{Group: "unit:2", Measure: stats.Rate}:    {0.125, 10, 80},
				{Group: "unit:2", Measure: stats.SentNow}: {8, 8, 80},
				{Group: "all", Measure: stats.Counted}:    {0, 0, 16},
			},
		},
		"a scale": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 5), tally(1, "overall", "3", 4), tally(1, "overall", "1", 1)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "overall"}:                      {3.3, 10, 10},
				{Group: "all", Measure: stats.Upper, Item: "overall"}:                     {0.9, 9, 10},
				{Group: "all", Measure: stats.Chosen, Item: "overall=4"}:                  {0.5, 5, 10},
				{Group: "all", Measure: stats.Chosen, Item: "overall=2"}:                  {0, 0, 10},
				{Group: "round:1", Measure: stats.Mean, Item: "overall"}:                  {3.3, 10, 10},
				{Group: "unit:1", Measure: stats.Mean, Item: "overall"}:                   {3.3, 10, 10},
				{Group: "round:2", Measure: stats.Mean, Item: "overall"}:                  hidden,
				{Group: "unit:2", Measure: stats.IndexOf, Item: "dimension:satisfaction"}: hidden,
			},
			absent: []stats.Key{{Group: "round:1", Measure: stats.Chosen, Item: "overall=4"}, {Group: "all", Measure: stats.Mean, Item: "rooms"}},
		},
		"what was not observed is no level": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 4), tally(1, "overall", "1", 2), tally(1, "overall", survey.Unobserved, 4)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "overall"}:     {3, 6, 6},
				{Group: "all", Measure: stats.Upper, Item: "overall"}:    {2.0 / 3, 4, 6},
				{Group: "all", Measure: stats.Chosen, Item: "overall=4"}: {0.4, 4, 10},
			},
		},
		"a scale that few observed": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 4), tally(1, "overall", survey.Unobserved, 6)},
			want:   map[stats.Key]want{{Group: "all", Measure: stats.Chosen, Item: "overall=4"}: {0.4, 4, 10}},
			absent: []stats.Key{{Group: "all", Measure: stats.Mean, Item: "overall"}, {Group: "all", Measure: stats.Upper, Item: "overall"}},
		},
		"the index weighs each item alike": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 10), tally(1, "rooms", "2", 5)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.IndexOf, Item: "dimension:satisfaction"}: {75, 10, 10},
				{Group: "all", Measure: stats.Mean, Item: "dimension:satisfaction"}:    {3, 10, 10},
				{Group: "all", Measure: stats.Upper, Item: "dimension:satisfaction"}:   {0.5, 10, 10},
			},
		},
		"an item that few of a block answered": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 10), tally(1, "rooms", "1", 4)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "rooms"}:                     hidden,
				{Group: "all", Measure: stats.IndexOf, Item: "dimension:satisfaction"}: {100, 10, 10},
			},
		},
		"of two blocks, only those whose answers are enough": {
			blocks:  []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10}, {ID: 2, Round: 1, Unit: 2, Size: 10}},
			tallies: []stats.Tally{tally(1, "rooms", "4", 6), tally(2, "rooms", "1", 3)},
			want: map[stats.Key]want{
				{Group: "round:1", Measure: stats.Mean, Item: "rooms"}: {4, 6, 6},
				{Group: "unit:1", Measure: stats.Mean, Item: "rooms"}:  {4, 6, 6},
				{Group: "unit:2", Measure: stats.Mean, Item: "rooms"}:  hidden,
			},
		},
		"few answers of blocks that were formed together count together": {
			blocks:  []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10, Formation: 3}, {ID: 2, Round: 1, Unit: 2, Size: 10, Formation: 3}},
			tallies: []stats.Tally{tally(1, "rooms", "4", 2), tally(2, "rooms", "1", 3)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "rooms"}:     {2.2, 5, 5},
				{Group: "round:1", Measure: stats.Mean, Item: "rooms"}: {2.2, 5, 5},
				{Group: "unit:2", Measure: stats.Mean, Item: "rooms"}:  hidden,
			},
		},
		"of several rounds, in the whole alone": {
			blocks:  []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10, Formation: 3}, {ID: 2, Round: 2, Unit: 2, Size: 10, Formation: 3}},
			tallies: []stats.Tally{tally(1, "rooms", "4", 2), tally(2, "rooms", "1", 3)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "rooms"}:     {2.2, 5, 5},
				{Group: "round:1", Measure: stats.Mean, Item: "rooms"}: hidden,
			},
		},
		"few answers of blocks that were formed apart do not": {
			blocks:  []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10, Formation: 3}, {ID: 2, Round: 1, Unit: 2, Size: 10, Formation: 4}},
			tallies: []stats.Tally{tally(1, "rooms", "4", 2), tally(2, "rooms", "1", 3)},
			want:    map[stats.Key]want{{Group: "all", Measure: stats.Mean, Item: "rooms"}: hidden},
		},
		"several choices": {
			blocks: one, tallies: []stats.Tally{tally(1, "obstacles", "budget time", 4), tally(1, "obstacles", "time", 3), tally(1, "obstacles", "none", 3)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Chosen, Item: "obstacles=budget"}:   {0.4, 4, 10},
				{Group: "all", Measure: stats.Chosen, Item: "obstacles=time"}:     {0.7, 7, 10},
				{Group: "unit:1", Measure: stats.Chosen, Item: "obstacles=tools"}: {0, 0, 10},
				{Group: "unit:2", Measure: stats.Chosen, Item: "obstacles"}:       hidden,
			},
		},
		"a plan in words": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 10), tally(1, "plan", "", 3)},
			want: map[stats.Key]want{{Group: "all", Measure: stats.Answered, Item: "plan"}: {0.3, 3, 10}},
		},
		"before and now": {
			blocks: one, tallies: []stats.Tally{tally(1, "overall", "4", 10)},
			pairs: []stats.Pair{{Block: 1, Item: "able", Before: 1, Now: 3, Count: 5}, {Block: 1, Item: "able", Before: 3, Now: 4, Count: 5}},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Before, Item: "able"}:   {2, 10, 10},
				{Group: "all", Measure: stats.Now, Item: "able"}:      {3.5, 10, 10},
				{Group: "unit:1", Measure: stats.Gain, Item: "able"}:  {1.5, 10, 10},
				{Group: "round:2", Measure: stats.Gain, Item: "able"}: hidden,
			},
		},
		"pairs whose one side a few more answered": {
			blocks: one, tallies: []stats.Tally{tally(1, "able_now", "4", 6), tally(1, "able_before", "2", 5)},
			pairs: []stats.Pair{{Block: 1, Item: "able", Before: 2, Now: 4, Count: 5}},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "able_now"}: {4, 6, 6},
				{Group: "all", Measure: stats.Now, Item: "able"}:      hidden,
				{Group: "all", Measure: stats.Gain, Item: "able"}:     hidden,
			},
		},
		"a block of several rounds counts in the whole alone": {
			blocks: []stats.CountedBlock{{ID: 1, Size: 6}}, tallies: []stats.Tally{tally(1, "overall", "2", 6)},
			want: map[stats.Key]want{
				{Group: "all", Measure: stats.Mean, Item: "overall"}:     {2, 6, 6},
				{Group: "round:1", Measure: stats.Mean, Item: "overall"}: hidden,
				{Group: "unit:1", Measure: stats.Mean, Item: "overall"}:  hidden,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := counted(test.blocks, test.tallies...)
			c.Pairs = test.pairs
			table := stats.Compute(c).Table()
			for key, want := range test.want {
				key.Form = "reaction"
				got, found := table[key]
				switch {
				case !found:
					t.Errorf("%v is not there", key)
				case got.Withheld != math.IsNaN(want.value) || got.Withheld != (got.Value == nil):
					t.Errorf("%v is %+v", key, got)
				case !got.Withheld && (math.Abs(*got.Value-want.value) > 1e-9 || got.N != want.n || got.Base != want.base):
					t.Errorf("%v is %v (%d of %d), want %+v", key, *got.Value, got.N, got.Base, want)
				}
			}
			for _, key := range test.absent {
				key.Form = "reaction"
				if got, found := table[key]; found {
					t.Errorf("%v is there: %+v", key, got)
				}
			}
		})
	}
}

func TestAQuietWeekHasNoFigures(t *testing.T) {
	f := stats.Compute(stats.Counts{Period: stats.Period{From: monday, To: monday.AddDate(0, 0, 7)}})
	if len(f.Forms) != 0 || len(f.List) != 0 || f.Withheld() {
		t.Errorf("figures %+v", f)
	}
}

func TestRanking(t *testing.T) {
	blocks := []stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10}}
	f := stats.Compute(counted(blocks, tally(1, "obstacles", "budget tools", 6), tally(1, "obstacles", "time tools", 1), tally(1, "obstacles", "none", 3)))
	ranking, asked := f.Table().Ranking(f.Forms[0], stats.All, survey.Obstacle)
	var named []string
	for _, choice := range ranking.Choices {
		named = append(named, choice.Name)
	}
	if diff := cmp.Diff([]string{"tools", "budget", "time"}, named); diff != "" || !asked || ranking.Base != 10 || ranking.Withheld {
		t.Errorf("asked %v, %+v", asked, ranking)
	}
	if ranking, asked := f.Table().Ranking(f.Forms[0], stats.UnitGroup(2), survey.Obstacle); !asked || !ranking.Withheld || ranking.Choices != nil {
		t.Errorf("of a unit with few: asked %v, %+v", asked, ranking)
	}
	if _, found := f.Table()[stats.Key{Form: "reaction", Group: stats.UnitGroup(0), Measure: stats.Invited}]; found {
		t.Error("who is of no known unit is told of apart")
	}
	if _, asked := f.Table().Ranking(f.Forms[0], stats.All, survey.Support); asked {
		t.Error("a question that was not asked is ranked")
	}
}

func TestCompare(t *testing.T) {
	week := func(level string, blocks ...stats.CountedBlock) stats.Figures {
		var tallies []stats.Tally
		for _, block := range blocks {
			tallies = append(tallies, tally(block.ID, "overall", level, block.Size))
		}
		return stats.Compute(counted(blocks, tallies...))
	}
	now := week("4", stats.CountedBlock{ID: 1, Round: 1, Unit: 1, Size: 10}, stats.CountedBlock{ID: 2, Round: 2, Unit: 1, Size: 5})
	now.Compare(week("3", stats.CountedBlock{ID: 3, Round: 1, Unit: 2, Size: 8}))
	table := now.Table()
	moved := func(group string) (stats.Figure, bool) {
		f, found := table[stats.Key{Form: "reaction", Group: group, Measure: stats.IndexMoved, Item: "dimension:satisfaction"}]
		return f, found
	}
	for _, group := range []string{"all", "round:1"} {
		if f, found := moved(group); !found || *f.Value != 25 || f.Base != 8 {
			t.Errorf("%s moved by %+v", group, f)
		}
	}
	for _, group := range []string{"round:2", "unit:1", "unit:2"} { // each is withheld in one of the weeks
		if f, found := moved(group); found {
			t.Errorf("%s is compared: %+v", group, f)
		}
	}
}

func TestFiguresAreKeptAsTheyAre(t *testing.T) {
	before := stats.Compute(counted([]stats.CountedBlock{{ID: 1, Round: 1, Unit: 1, Size: 10}}, tally(1, "overall", "4", 10)))
	content, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after stats.Figures
	if err := json.Unmarshal(content, &after); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("JSON changed them (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(before.Table(), after.Table()); diff != "" {
		t.Errorf("they are found otherwise (-before +after):\n%s", diff)
	}
}

func TestCompareRounds(t *testing.T) {
	round := func(id int64, level string, blocks ...stats.CountedBlock) stats.Figures {
		var tallies []stats.Tally
		for _, block := range blocks {
			tallies = append(tallies, tally(block.ID, "able_now", level, block.Size), tally(block.ID, "able_before", level, block.Size))
		}
		c := counted(blocks, tallies...)
		c.Round, c.Rounds = id, []stats.Round{{ID: id, Instrument: 7, Opened: monday}}
		for i := range c.Standings {
			c.Standings[i].Round, c.Standings[i].Sent = id, int(10*id)
		}
		return stats.Compute(c)
	}
	now := round(2, "4", stats.CountedBlock{ID: 1, Round: 2, Unit: 1, Size: 10}, stats.CountedBlock{ID: 2, Round: 2, Unit: 2, Size: 5})
	now.CompareRounds(round(1, "3", stats.CountedBlock{ID: 3, Round: 1, Unit: 1, Size: 8}))
	if now.Before == nil || now.Before.ID != 1 {
		t.Errorf("it is compared with %+v", now.Before)
	}
	table := now.Table()
	for key, want := range map[stats.Key]float64{
		{Form: "reaction", Group: "all", Measure: stats.MeanMoved, Item: "dimension:competence"}:     1,
		{Form: "reaction", Group: "round:2", Measure: stats.MeanMoved, Item: "dimension:competence"}: 1,
		{Form: "reaction", Group: "unit:1", Measure: stats.MeanMoved, Item: "dimension:competence"}:  1,
		{Form: "reaction", Group: "all", Measure: stats.RateMoved}:                                   0.25,
		{Form: "reaction", Group: "unit:2", Measure: stats.RateMoved}:                                0.25,
	} {
		if f, found := table[key]; !found || f.Value == nil || math.Abs(*f.Value-want) > 1e-9 {
			t.Errorf("%v moved by %+v", key, f)
		}
	}
	// Of unit 2 nothing could be shown then; and of one question nothing is compared.
	for _, key := range []stats.Key{{Form: "reaction", Group: "unit:2", Measure: stats.MeanMoved, Item: "dimension:competence"},
		{Form: "reaction", Group: "all", Measure: stats.MeanMoved, Item: "able_now"}} {
		if f, found := table[key]; found {
			t.Errorf("%v is compared: %+v", key, f)
		}
	}
	alone := round(2, "4", stats.CountedBlock{ID: 1, Round: 2, Unit: 1, Size: 10})
	count := len(alone.List)
	if alone.CompareRounds(stats.Figures{}); alone.Before != nil || len(alone.List) != count {
		t.Errorf("it is compared with nothing: %+v", alone.Before)
	}
}

package storage_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pascalatih/storage"
	"pascalatih/survey/stats"
)

var (
	weekBegins = time.Date(2026, time.July, 6, 0, 0, 0, 0, wib)
	weekEnds   = weekBegins.Add(7 * day)
)

func TestCounts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	round := o.opened()
	o.sent(101, "4", afternoon)
	o.sent(102, "2", weekEnds.Add(-time.Microsecond))
	o.sent(103, "1", weekEnds) // the next week
	if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, weekEnds.Add(day)); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		from   time.Time
		rounds []stats.Round
		base   int
		levels map[string]int // of the first satisfaction item
		named  map[string]int // obstacles
	}{
		"the week before it opened": {from: weekBegins.Add(-7 * day)},
		"the week of two answers": {
			from:   weekBegins,
			rounds: []stats.Round{{ID: round.ID, Training: "Pelatihan A", Instrument: round.InstrumentID, Invited: 6, Opened: 2, Sent: 2, SentNow: 2}},
			base:   2, levels: map[string]int{"4": 1, "2": 1}, named: map[string]int{"budget": 2, "time": 2},
		},
		"the week it closed in": {
			from:   weekEnds,
			rounds: []stats.Round{{ID: round.ID, Training: "Pelatihan A", Instrument: round.InstrumentID, Invited: 6, Opened: 3, Sent: 3, SentNow: 1}},
			base:   1, levels: map[string]int{"1": 1}, named: map[string]int{"budget": 1, "time": 1},
		},
		"the week after": {from: weekEnds.Add(7 * day)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := o.Counts(t.Context(), test.from, test.from.Add(7*day))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.rounds, got.Rounds, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
			for question, want := range map[string]map[string]int{"satisfaction_overall": test.levels, "obstacles": test.named} {
				choices := make(map[string]int)
				for _, tally := range got.Tallies {
					if tally.Question == question {
						choices[tally.Choice] = tally.Count
						if tally.Base != test.base || tally.Round != round.ID {
							t.Errorf("tally %+v, want base %d", tally, test.base)
						}
					}
				}
				if diff := cmp.Diff(want, choices, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", question, diff)
				}
			}
			if len(test.rounds) > 0 && got.Instruments[round.InstrumentID].Key != "reaction" {
				t.Error("the instrument is not there")
			}
		})
	}
}

func TestFiguresOfABundledForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`
		INSERT INTO account (id, created_at) SELECT 100 + n, '2026-07-01' FROM generate_series(5, 6) n;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 100 + n, n, 'confirmed', 'link', '2026-07-01' FROM generate_series(5, 6) n;
		INSERT INTO consent (account_id, notice_version, given_at) SELECT 100 + n, '1', '2026-07-01' FROM generate_series(5, 6) n`)
	o.opened()
	for account, level := range map[int64]string{101: "4", 102: "4", 103: "3", 104: "3", 105: "2", 106: "2"} {
		o.sent(account, level, afternoon)
	}
	counts, err := o.Counts(t.Context(), weekBegins, weekEnds)
	if err != nil {
		t.Fatal(err)
	}
	form := stats.Compute(counts).Forms[0]
	if s := form.Satisfaction; s.N != 6 || s.Mean != 3 || len(s.Items) != 6 || s.Share < 0.66 || s.Share > 0.67 {
		t.Errorf("satisfaction %+v", s.Measure)
	}
	if form.Obstacles.N != 6 || form.Obstacles.Choices[0].Count != 6 || form.Help.N != 6 {
		t.Errorf("obstacles %+v, help %+v", form.Obstacles, form.Help)
	}
}

func TestKeepSummary(t *testing.T) {
	t.Parallel()
	occasion := weekEnds.Add(8 * time.Hour)
	weekly := func(o office) storage.Schedule {
		o.t.Helper()
		schedules, err := o.Schedules(t.Context())
		if err != nil || len(schedules) != 1 {
			o.t.Fatal(schedules, err)
		}
		return schedules[0]
	}
	figures := json.RawMessage(`{"forms": []}`)

	t.Run("an occasion has one, whoever computes it", func(t *testing.T) {
		o := newOffice(t)
		schedule := weekly(o)
		if _, found, err := o.LastOccasion(t.Context(), schedule.ID); err != nil || found {
			t.Errorf("an occasion before the first: %v, %v", found, err)
		}
		summary := storage.Summary{ScheduleID: schedule.ID, Occasion: occasion, From: weekBegins, To: weekEnds, Figures: figures}
		var ids [4]int64
		var news [4]bool
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				var err error
				if ids[i], news[i], err = o.KeepSummary(t.Context(), summary, nil, occasion); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		first := 0
		for i := range ids {
			if news[i] {
				first++
			}
			if ids[i] != ids[0] {
				t.Errorf("ids %v", ids)
			}
		}
		if first != 1 || o.count(`SELECT count(*) FROM delivery WHERE kind = 'summary'`) != 1 {
			t.Errorf("%d times new", first)
		}
		if last, found, err := o.LastOccasion(t.Context(), schedule.ID); err != nil || !found || !last.Equal(occasion) {
			t.Errorf("last occasion %v, %v, %v", last, found, err)
		}
		kept, err := o.Summary(t.Context(), ids[0])
		if err != nil || kept.ID != ids[0] || !kept.From.Equal(weekBegins) || !kept.Occasion.Equal(occasion) || string(kept.Figures) != string(figures) {
			t.Errorf("kept %+v, %v", kept, err)
		}
		d := o.claim(1, 1, occasion)
		if len(d) != 1 || d[0].AccountID != admin || d[0].SummaryID != kept.ID || len(d[0].Sessions) != 0 {
			t.Errorf("delivery %+v", d)
		}
	})

	t.Run("a job has one, for the one who asked", func(t *testing.T) {
		o := newOffice(t)
		if _, err := o.EnqueueJob(t.Context(), storage.Order{Kind: storage.JobSummary, AccountID: 101}, storage.Source{}, occasion); err != nil {
			t.Fatal(err)
		}
		job, _, err := o.ClaimJob(t.Context(), 1, lease, occasion)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{true, false} {
			id, isNew, err := o.KeepSummary(t.Context(), storage.Summary{JobID: job.ID, From: weekBegins, To: weekEnds, Figures: figures}, []int64{101}, occasion)
			if err != nil || isNew != want || id == 0 {
				t.Errorf("kept %d, new %v, %v", id, isNew, err)
			}
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101`); got != 1 {
			t.Errorf("%d deliveries", got)
		}
	})

	t.Run("one that is not there", func(t *testing.T) {
		o := newOffice(t)
		if _, err := o.Summary(t.Context(), 1); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("error %v", err)
		}
	})
}

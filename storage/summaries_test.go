package storage_test

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pascalatih/storage"
	"pascalatih/survey"
	"pascalatih/survey/stats"
)

var (
	weekBegins = time.Date(2026, time.July, 6, 0, 0, 0, 0, wib)
	weekEnds   = weekBegins.Add(7 * day)
)

// week is the period of the week that begins then.
func week(begins time.Time, units ...int64) stats.Period {
	return stats.Period{From: begins, To: begins.Add(7 * day), Units: units}
}

// linked links the employees 5 and 6 too, and gives the accounts of all six.
func (o office) linked() []int64 {
	o.exec(`
		INSERT INTO account (id, created_at) SELECT 100 + n, '2026-07-01' FROM generate_series(5, 6) n;
		INSERT INTO claim (account_id, employee_id, state, via, created_at)
		SELECT 100 + n, n, 'confirmed', 'link', '2026-07-01' FROM generate_series(5, 6) n;
		INSERT INTO consent (account_id, notice_version, given_at) SELECT 100 + n, '1', '2026-07-01' FROM generate_series(5, 6) n`)
	return []int64{101, 102, 103, 104, 105, 106}
}

func TestCountsOfPeople(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.linked()
	round := o.opened()
	o.sent(101, "4", afternoon)                                    // of Badan Contoh, unit 2
	o.sent(102, "2", weekEnds.Add(-time.Microsecond))              // of Dinas Contoh, unit 1
	o.sent(103, "1", weekEnds)                                     // the next week
	o.exec(`UPDATE account SET blocked_at = now() WHERE id = 106`) // of unit 1
	if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, weekEnds.Add(day)); err != nil {
		t.Fatal(err)
	}
	standing := func(unit int64, unreached, sent, now int) stats.Standing {
		return stats.Standing{Round: round.ID, Unit: unit, Invited: 3, Unreached: unreached, Sent: sent, SentNow: now}
	}
	tests := map[string]struct {
		period stats.Period
		want   []stats.Standing
	}{
		"the week before it opened": {period: week(weekBegins.Add(-7 * day))},
		"the week of two answers":   {period: week(weekBegins), want: []stats.Standing{standing(1, 1, 1, 1), standing(2, 0, 1, 1)}},
		"the week it closed in":     {period: week(weekEnds), want: []stats.Standing{standing(1, 1, 1, 0), standing(2, 0, 2, 1)}},
		"of one unit":               {period: week(weekEnds, 2), want: []stats.Standing{standing(2, 0, 2, 1)}},
		"the week after":            {period: week(weekEnds.Add(7 * day))},
		"the round so far": {period: stats.Period{From: afternoon, To: weekEnds.Add(2 * day), Round: round.ID},
			want: []stats.Standing{standing(1, 1, 1, 1), standing(2, 0, 2, 2)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := o.Counts(t.Context(), test.period)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Standings, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("standings (-want +got):\n%s", diff)
			}
			if len(got.Rounds) != min(1, len(test.want)) {
				t.Fatalf("rounds %+v", got.Rounds)
			}
			for _, r := range got.Rounds {
				if r.ID != round.ID || r.Training != "Pelatihan A" || r.Code != "A" || r.Open != test.period.To.Before(weekEnds.Add(day)) {
					t.Errorf("round %+v", r)
				}
				if got.Instruments[r.Instrument].Key != "reaction" || got.UnitNames[2] != "Badan Contoh" {
					t.Error("its form, or the units' names, are not there")
				}
			}
		})
	}
}

// figure is one of the figures of the reaction; false where it is withheld.
func figure(f stats.Figures, group string, measure stats.Measure, item string) (stats.Figure, bool) {
	found, there := f.Table()[stats.Key{Form: "reaction", Group: group, Measure: measure, Item: item}]
	return found, there && !found.Withheld
}

func TestFiguresOfABundledForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	accounts := o.linked()
	round := o.opened()
	for i, account := range accounts {
		o.sent(account, []string{"4", "4", "3", "3", "2", "2"}[i], afternoon)
	}
	f, err := o.Figures(t.Context(), week(weekBegins), wib)
	if err != nil {
		t.Fatal(err)
	}
	satisfaction := stats.DimensionItem(survey.Satisfaction)
	for _, group := range []string{stats.All, stats.RoundGroup(round.ID)} {
		if mean, shown := figure(f, group, stats.Mean, satisfaction); !shown || *mean.Value != 3 || mean.N != 6 {
			t.Errorf("satisfaction of %s: %+v", group, mean)
		}
		if budget, shown := figure(f, group, stats.Chosen, "obstacles=budget"); !shown || budget.N != 6 || budget.Base != 6 {
			t.Errorf("obstacles of %s: %+v", group, budget)
		}
		if gain, shown := figure(f, group, stats.Gain, "competence"); !shown || gain.N != 6 {
			t.Errorf("gain of %s: %+v", group, gain)
		}
	}
	if of, shown := figure(f, stats.UnitGroup(1), stats.Mean, satisfaction); shown || !of.Withheld {
		t.Errorf("of a unit of three: %+v", of)
	}
	if counted, _ := figure(f, stats.All, stats.Counted, ""); counted.N != 6 || counted.Base != 6 {
		t.Errorf("counted: %+v", counted)
	}
}

// A state of a round is as it was until five more have sent, and a response that is
// gone takes its whole block with it.
func TestFiguresMoveByBlocks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	accounts := o.linked()
	round := o.opened()
	counted := func(to time.Time) int {
		t.Helper()
		f, err := o.Figures(t.Context(), stats.Period{From: afternoon, To: to, Round: round.ID}, wib)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := figure(f, stats.All, stats.Counted, "")
		return n.N
	}
	for i, account := range accounts {
		o.sent(account, "3", afternoon.Add(time.Duration(i)*time.Minute))
		if got, want := counted(afternoon.Add(time.Hour)), []int{0, 0, 0, 0, 5, 5}[i]; got != want {
			t.Errorf("after %d responses %d count, want %d", i+1, got, want)
		}
	}
	if got := o.count(`SELECT count(*) FROM response WHERE block_id IS NULL`); got != 1 {
		t.Errorf("%d wait", got)
	}
	o.exec(`DELETE FROM response WHERE id = (SELECT id FROM response WHERE block_id IS NOT NULL LIMIT 1)`)
	if got := counted(afternoon.Add(2 * time.Hour)); got != 0 {
		t.Errorf("%d count of a block that lost one", got)
	}
}

// Several processes that form blocks at once make the same ones.
func TestBlocksAreFormedOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	accounts := o.linked()
	o.opened()
	for _, account := range accounts {
		o.sent(account, "3", afternoon)
	}
	var formed atomic.Int64
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			n, err := o.FormBlocks(t.Context(), 0, weekEnds, wib)
			if err != nil {
				t.Error(err)
			}
			formed.Add(int64(n))
		})
	}
	wait.Wait()
	if got := o.count(`SELECT count(*) FROM block WHERE size = 6 AND round_id IS NOT NULL AND unit_id IS NULL`); got != 1 || formed.Load() != 1 {
		t.Errorf("%d blocks, formed %d times", got, formed.Load())
	}
}

func TestReaderships(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`
		INSERT INTO account_role (account_id, role, unit_id, granted_at) VALUES
			(101, 'unit_head', 1, '2026-07-01'), (102, 'unit_head', 2, '2026-07-01'), (102, 'unit_head', 1, '2026-07-01'),
			(103, 'unit_head', 1, '2026-07-01'), (104, 'hr', NULL, '2026-07-01'), (900, 'unit_head', 1, '2026-07-01')`)
	got, err := o.Readerships(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []storage.Readership{{Units: []int64{1}, Accounts: []int64{101, 103}}, {Units: []int64{1, 2}, Accounts: []int64{102}}, {Accounts: []int64{900}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("readerships (-want +got):\n%s", diff)
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
	figures := json.RawMessage(`{"list": []}`)

	t.Run("an occasion has one, whoever computes it", func(t *testing.T) {
		o := newOffice(t)
		schedule := weekly(o)
		if _, found, err := o.LastOccasion(t.Context(), schedule.ID); err != nil || found {
			t.Errorf("an occasion before the first: %v, %v", found, err)
		}
		summary := storage.Summary{ScheduleID: schedule.ID, Occasion: occasion, Period: week(weekBegins), Figures: figures}
		var ids [4]int64
		var news [4]bool
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				var err error
				if ids[i], news[i], err = o.KeepSummary(t.Context(), summary, []int64{admin}, occasion); err != nil {
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
			id, isNew, err := o.KeepSummary(t.Context(), storage.Summary{JobID: job.ID, Period: week(weekBegins), Figures: figures}, []int64{101}, occasion)
			if err != nil || isNew != want || id == 0 {
				t.Errorf("kept %d, new %v, %v", id, isNew, err)
			}
		}
		kept, found, err := o.KeptWeek(t.Context(), week(weekBegins))
		if err != nil || !found || kept.JobID != job.ID {
			t.Fatalf("kept %+v, %v, %v", kept, found, err)
		}
		if err := o.DeliverAgain(t.Context(), kept.ID, job, occasion); err != nil { // the job runs again
			t.Fatal(err)
		}
		if got := o.count(`SELECT count(*) FROM delivery WHERE account_id = 101`); got != 2 {
			t.Errorf("%d deliveries, want its message and its pictures", got)
		}
	})

	t.Run("each choice of units has its own", func(t *testing.T) {
		o := newOffice(t)
		schedule := weekly(o)
		for _, units := range [][]int64{{1}, {1, 2}, nil, {1}} {
			_, _, err := o.KeepSummary(t.Context(), storage.Summary{ScheduleID: schedule.ID, Occasion: occasion,
				Period: week(weekBegins, units...), Figures: figures}, []int64{admin}, occasion)
			if err != nil {
				t.Errorf("of %v: %v", units, err)
			}
		}
		if got := o.count(`SELECT count(*) FROM summary`); got != 3 {
			t.Errorf("%d summaries", got)
		}
		kept, found, err := o.KeptWeek(t.Context(), week(weekBegins, 1, 2))
		if err != nil || !found || len(kept.Units) != 2 {
			t.Errorf("kept %+v, %v, %v", kept.Period, found, err)
		}
		if _, found, err := o.KeptWeek(t.Context(), week(weekEnds)); found || err != nil {
			t.Errorf("of another week: %v, %v", found, err)
		}
	})

	t.Run("its pictures wait for its message", func(t *testing.T) {
		o := newOffice(t)
		if _, _, err := o.KeepSummary(t.Context(), storage.Summary{ScheduleID: weekly(o).ID, Occasion: occasion,
			Period: week(weekBegins), Figures: figures}, []int64{admin}, occasion); err != nil {
			t.Fatal(err)
		}
		later := occasion.Add(time.Minute)
		parts := o.claim(1, 2, later)
		if len(parts) != 2 || parts[0].Kind != storage.DeliverySummary || parts[1].Kind != storage.DeliveryPictures {
			t.Fatalf("parts %+v", parts)
		}
		// A chat takes three messages at once, and again after as many seconds.
		if after := parts[1].DueAt.Sub(parts[0].DueAt); after <= 3*time.Second {
			t.Errorf("they are due %v after it", after)
		}
		for _, want := range []bool{false, true} {
			if ended, came, err := o.SummaryIsOut(t.Context(), parts[1]); err != nil || ended != want || came != want {
				t.Errorf("ended %v, came %v, want %v: %v", ended, came, want, err)
			}
			if err := o.EndDelivery(t.Context(), parts[0], storage.Outcome{State: storage.Sent, MessageID: 5}, later); err != nil {
				t.Fatal(err)
			}
		}
	})

	t.Run("one that is not there", func(t *testing.T) {
		o := newOffice(t)
		if _, err := o.Summary(t.Context(), 1); !storage.IsCode(err, storage.NotFound) {
			t.Errorf("error %v", err)
		}
	})
}

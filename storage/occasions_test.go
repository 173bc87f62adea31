package storage_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pascalatih/storage"
	"pascalatih/survey/stats"
)

// opens opens what is due at a moment, and gives the rounds.
func (o office) opens(at time.Time) []storage.Round {
	o.t.Helper()
	due, err := o.DueOccasions(o.t.Context(), at, wib)
	if err != nil {
		o.t.Fatal(err)
	}
	var rounds []storage.Round
	for _, occasion := range due {
		round, _, err := o.OpenOccasion(o.t.Context(), occasion, wib, at)
		if err != nil {
			o.t.Fatal(err)
		}
		rounds = append(rounds, round)
	}
	return rounds
}

func TestDueOccasions(t *testing.T) {
	tests := map[string]struct {
		cron string // "": 1 March and 1 September
		days int    // 0: 14
		open []time.Time
		at   time.Time
		want time.Time // zero: none
	}{
		"before":                       {at: firstOccasion.Add(-time.Second)},
		"at it":                        {at: firstOccasion, want: firstOccasion},
		"a week late":                  {at: firstOccasion.Add(7 * day), want: firstOccasion},
		"later":                        {at: firstOccasion.Add(7*day + time.Second)},
		"once":                         {open: []time.Time{firstOccasion}, at: firstOccasion.Add(time.Hour)},
		"the second":                   {open: []time.Time{firstOccasion}, at: time.Date(2027, time.March, 2, 9, 0, 0, 0, wib), want: time.Date(2027, time.March, 1, 9, 0, 0, 0, wib)},
		"of several days the newest":   {cron: "0 9 * * *", days: 1, at: firstOccasion.Add(3 * day), want: firstOccasion.Add(3 * day)},
		"not the older ones then":      {cron: "0 9 * * *", days: 1, open: []time.Time{firstOccasion.Add(3 * day)}, at: firstOccasion.Add(3*day + time.Hour)},
		"while the one before is open": {cron: "0 9 * * 1", days: 7, open: []time.Time{time.Date(2026, time.July, 14, 9, 0, 0, 0, wib)}, at: time.Date(2026, time.July, 20, 12, 0, 0, 0, wib)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			r := twiceAYear(t)
			if test.cron != "" {
				r.Cron, r.DaysOpen = cronOf(t, test.cron), test.days
			}
			o.recurring(r)
			for _, at := range test.open {
				if opened := o.opens(at); len(opened) != 1 {
					t.Fatalf("at %v %d rounds open", at, len(opened))
				}
			}
			closes, err := o.DueClosings(t.Context(), test.at)
			if err != nil {
				t.Fatal(err)
			}
			for _, round := range closes {
				if _, err := o.CloseRound(t.Context(), round, storage.Source{}, test.at); err != nil {
					t.Fatal(err)
				}
			}
			due, err := o.DueOccasions(t.Context(), test.at, wib)
			switch {
			case err != nil:
				t.Fatal(err)
			case test.want.IsZero() && len(due) != 0, !test.want.IsZero() && (len(due) != 1 || !due[0].Occasion.Equal(test.want)):
				t.Errorf("due is %v", due)
			}
		})
	}
}

// Several processes that find the same occasion open one round.
func TestOpenOccasionOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.recurring(twiceAYear(t))
	due, err := o.DueOccasions(t.Context(), firstOccasion, wib)
	if err != nil || len(due) != 1 {
		t.Fatalf("due is %v, %v", due, err)
	}
	var opening sync.WaitGroup
	rounds, errs := make([]storage.Round, 4), make([]error, 4)
	for i := range rounds {
		opening.Go(func() { rounds[i], _, errs[i] = o.OpenOccasion(t.Context(), due[0], wib, firstOccasion) })
	}
	opening.Wait()
	for i, round := range rounds {
		if errs[i] != nil || round.ID != rounds[0].ID || round.TrainingID != 0 || !round.Occasion.Equal(firstOccasion) {
			t.Errorf("process %d has %+v, %v", i, round, errs[i])
		}
	}
	status, err := o.Status(t.Context(), rounds[0].ID)
	if err != nil || status.Invited != 8 || status.Reachable != 4 || !status.ClosesAt.Equal(firstOccasion.AddDate(0, 0, 14)) {
		t.Errorf("it is %+v, %v", status, err)
	}
	if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'invitation'`); got != 4 {
		t.Errorf("%d invitations go out", got)
	}
	if got := o.count(`SELECT count(*) FROM audit WHERE action = 'round opened'`); got != 1 {
		t.Errorf("%d audit rows", got)
	}
	if last := o.recurs().Last; last == nil || last.ID != rounds[0].ID {
		t.Errorf("its last round is %v", last)
	}
}

func TestOpenOccasionRefuses(t *testing.T) {
	tests := map[string]struct {
		before  string
		opened  bool
		refused string
	}{
		"of one that was moved":  {before: `UPDATE schedule SET cron = '0 9 2 3,9 *' WHERE job = 'round'`, refused: "moved"},
		"of one that is off":     {before: `UPDATE schedule SET off_at = '2026-08-31' WHERE job = 'round'`, refused: "moved"},
		"that counts no more":    {before: `UPDATE schedule SET since = '2026-09-01 09:00+07' WHERE job = 'round'`, refused: "moved"},
		"of one that is gone":    {before: `DELETE FROM schedule WHERE job = 'round'`, refused: "schedule"},
		"with nobody to ask":     {before: `UPDATE employee SET left_at = '2026-08-31', left_as = 'moved'`, refused: "empty"},
		"of a form that is gone": {before: `DELETE FROM instrument WHERE key = 'program'`, refused: "instrument"},
		"while one before is open": {before: `INSERT INTO round (instrument_id, instrument_key, audience, schedule_id, occasion, opened_at, closes_at)
			SELECT n.id, 'program', 'everybody', s.id, '2026-08-30', '2026-08-30', '2026-09-30' FROM instrument n, schedule s WHERE n.key = 'program' AND s.job = 'round'`, refused: "already_open"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			id := o.recurring(twiceAYear(t))
			o.exec(test.before)
			due := storage.DueOccasion{ScheduleID: id, Occasion: firstOccasion}
			if _, _, err := o.OpenOccasion(t.Context(), due, wib, firstOccasion); reasonOf(err) != test.refused {
				t.Errorf("it gives %v", err)
			}
			if got := o.count(`SELECT count(*) FROM invitation`); got != 0 {
				t.Errorf("%d are invited", got)
			}
		})
	}
}

// An occasion that was passed over opens no more, and is noted once.
func TestPassOccasion(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	due := storage.DueOccasion{ScheduleID: o.recurring(twiceAYear(t)), Occasion: firstOccasion}
	for _, want := range []bool{true, false} {
		if first, err := o.PassOccasion(t.Context(), due, "empty", firstOccasion); err != nil || first != want {
			t.Errorf("noted for the first time: %v, %v", first, err)
		}
	}
	if opened := o.opens(firstOccasion.Add(time.Hour)); len(opened) != 0 {
		t.Errorf("it opens %v", opened)
	}
	next, found, err := o.NextOccasion(t.Context(), firstOccasion, wib)
	if want := time.Date(2027, time.March, 1, 9, 0, 0, 0, wib); err != nil || !found || !next.Equal(want) {
		t.Errorf("the next is %v, %v", next, err)
	}
}

// Who is invited and gets an account later is asked then; who comes to the office
// while the round is open, or moves to a unit, waits for the next one; who leaves is
// asked no more.
func TestWhoComesLaterToARoundThatRecurs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := twiceAYear(t)
	r.Audience, r.Units = storage.OfUnits, []int64{2} // 1, 3, 5, 7
	o.recurring(r)
	round := o.opens(firstOccasion)[0]
	later := firstOccasion.Add(day)
	o.exec(`INSERT INTO employee (nip, name, unit_id) VALUES ('198001012005011009', 'Pegawai 9', 2); UPDATE employee SET unit_id = 2 WHERE id = 2`)
	for account, employee := range map[int64]int64{105: 5, 109: 9} {
		o.exec(fmt.Sprintf(`INSERT INTO account (id, created_at) VALUES (%[1]d, '2026-09-01');
			INSERT INTO claim (account_id, employee_id, state, via, created_at) VALUES (%[1]d, %[2]d, 'confirmed', 'link', '2026-09-01')`, account, employee))
		if _, err := o.Consent(t.Context(), account, "1", from(account, 2), later); err != nil {
			t.Fatal(err)
		}
	}
	for account, want := range map[int64]int{101: 1, 103: 1, 105: 1, 102: 0, 109: 0} {
		if open, err := o.OpenSessions(t.Context(), account); err != nil || len(open) != want {
			t.Errorf("account %d has %d open forms, %v", account, len(open), err)
		}
	}
	if _, err := o.MarkLeft(t.Context(), map[int64]storage.Departure{1: storage.Moved}, storage.Source{}, later); err != nil {
		t.Fatal(err)
	}
	if status, err := o.Status(t.Context(), round.ID); err != nil || status.Invited != 3 || status.Reachable != 2 {
		t.Errorf("it stands at %+v, %v", status.RoundCounts, err)
	}
}

func TestRoundBefore(t *testing.T) {
	march := time.Date(2027, time.March, 1, 9, 0, 0, 0, wib)
	tests := map[string]struct {
		change func(*storage.Recurrence) // between the two
		found  bool
	}{
		"as it was":          {change: func(*storage.Recurrence) {}, found: true},
		"for other days":     {change: func(r *storage.Recurrence) { r.DaysOpen = 7 }, found: true},
		"asked of others":    {change: func(r *storage.Recurrence) { r.Audience, r.Units = storage.OfUnits, []int64{1} }},
		"asked of the newly": {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 12 }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			r := twiceAYear(t)
			id := o.recurring(r)
			first := o.opens(firstOccasion)[0]
			if _, found, err := o.RoundBefore(t.Context(), first.ID); found || err != nil {
				t.Errorf("before the first there is one: %v", err)
			}
			ends := firstOccasion.Add(14 * day)
			if _, err := o.CloseRound(t.Context(), first.ID, storage.Source{}, ends); err != nil {
				t.Fatal(err)
			}
			test.change(&r)
			if _, err := o.ChangeRecurring(t.Context(), id, 0, r, wib, storage.Source{}, ends); err != nil {
				t.Fatal(err)
			}
			second := o.opens(march)[0]
			before, found, err := o.RoundBefore(t.Context(), second.ID)
			if err != nil || found != test.found || found && before.ID != first.ID {
				t.Errorf("before the second is %v, %v, %v", before.ID, found, err)
			}
		})
	}
}

// The figures of a round that recurs are held against those of the round before,
// for the same people.
func TestFiguresOfARoundThatRecurs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	accounts := o.linked()
	o.recurring(twiceAYear(t))
	var figures stats.Figures
	for i, level := range []string{"3", "4"} {
		opens := []time.Time{firstOccasion, time.Date(2027, time.March, 1, 9, 0, 0, 0, wib)}[i]
		round := o.opens(opens)[0]
		for _, account := range accounts[i:] { // of eight six send, then five
			o.sent(account, level, opens.Add(time.Hour))
		}
		closes := opens.Add(14 * day)
		if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, closes); err != nil {
			t.Fatal(err)
		}
		var err error
		figures, err = o.Figures(t.Context(), stats.Period{From: opens, To: closes.Add(time.Hour), Round: round.ID}, wib)
		if err != nil {
			t.Fatal(err)
		}
		if (figures.Before == nil) != (i == 0) {
			t.Fatalf("round %d is compared with %+v", i, figures.Before)
		}
	}
	table := figures.Table()
	rate := table[stats.Key{Form: "program", Group: stats.All, Measure: stats.RateMoved}]
	mean := table[stats.Key{Form: "program", Group: stats.All, Measure: stats.MeanMoved, Item: "dimension:motivation"}]
	if rate.Value == nil || *rate.Value != -0.125 || mean.Value == nil || *mean.Value != 1 || mean.N != 5 || mean.Base != 6 {
		t.Errorf("the rate moved by %+v, the mean by %+v", rate, mean)
	}
}

package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pascalatih/storage"
)

// at is a moment of July 2026; the 6th, on which rounds open, is a Monday.
func at(day, hour int) time.Time { return time.Date(2026, time.July, day, hour, 0, 0, 0, wib) }

// out lets all that is due, and its moment has come, have gone out at that moment.
func (o office) out(now time.Time) {
	o.t.Helper()
	o.exec(fmt.Sprintf(`UPDATE delivery SET state = 'sent', ended_at = '%[1]s' WHERE state = 'due' AND due_at <= '%[1]s'`, now.Format(time.RFC3339)))
}

// reminded are the accounts whom the reminders of that day are for.
func (o office) reminded(day int) []int64 {
	o.t.Helper()
	rows, err := o.db.QueryContext(o.t.Context(), `
		SELECT account_id FROM delivery WHERE kind = 'reminder' AND key LIKE '%:' || $1 AND state <> 'unneeded' ORDER BY 1`,
		at(day, 0).Format(time.DateOnly))
	must(o.t, err)
	defer rows.Close()
	var accounts []int64
	for rows.Next() {
		var account int64
		must(o.t, rows.Scan(&account))
		accounts = append(accounts, account)
	}
	return accounts
}

func (o office) remindAt(now time.Time) int {
	o.t.Helper()
	planned, err := o.PlanReminders(o.t.Context(), now, wib)
	must(o.t, err)
	return planned
}

// A week from Monday at 15.30 reminds on Wednesday and on the Monday after.
func TestPlanReminders(t *testing.T) {
	t.Parallel()
	all := []int64{101, 102, 103, 104}
	tests := map[string]struct {
		before    func(o office) // what happened until Wednesday at eight
		wednesday []int64
		monday    []int64
	}{
		"nobody answers":                        {wednesday: all, monday: all},
		"one has sent, one has only begun":      {before: func(o office) { o.sent(101, "4", at(7, 9)); o.completed(102, "3", at(7, 9)) }, wednesday: all[1:], monday: all[1:]},
		"one has blocked the bot":               {before: func(o office) { must(o.t, o.Block(o.t.Context(), 101, at(7, 9))) }, wednesday: all[1:], monday: all[1:]},
		"one would rather not answer":           {before: func(o office) { o.decline(101, storage.Unwilling, "", at(7, 9)) }, wednesday: all[1:], monday: all[1:]},
		"one's invitation is not out":           {before: func(o office) { o.exec(`UPDATE delivery SET state = 'due' WHERE account_id = 101`) }, wednesday: all[1:], monday: all},
		"one was invited in the morning":        {before: func(o office) { o.exec(`UPDATE delivery SET ended_at = '2026-07-08 07:00+07' WHERE account_id = 101`) }, wednesday: all[1:], monday: all},
		"one took the consent back":             {before: func(o office) { _, err := o.Withdraw(o.t.Context(), 101, from(101, 1), at(7, 9)); must(o.t, err) }, wednesday: all[1:], monday: all[1:]},
		"one has left":                          {before: func(o office) { o.exec(`UPDATE employee SET left_at = '2026-07-07', left_as = 'retired' WHERE id = 1`) }, wednesday: all[1:], monday: all[1:]},
		"one asked to be reminded on Wednesday": {before: func(o office) { o.later(101, at(8, 14), at(7, 14)) }, wednesday: all, monday: all},
		"HR has just reminded": {before: func(o office) { _, err := o.RemindRound(o.t.Context(), 1, by(1), wib, at(8, 8)); must(o.t, err) },
			wednesday: all, monday: all},
		"one was reminded in the morning, in another message": {before: func(o office) {
			o.exec(`
				INSERT INTO delivery (key, kind, account_id, round_id, due_at, expires_at, state, reason, ended_at)
				VALUES ('x', 'reminder', 101, 1, '2026-07-08 07:00+07', '2026-07-13', 'unneeded', 'in another message', '2026-07-08 07:00+07');
				INSERT INTO delivery_invitation SELECT d.id, s.invitation_id FROM delivery d, session s WHERE d.key = 'x' AND s.account_id = 101`)
		}, wednesday: all[1:], monday: all},
		"the plan says nothing of the last day": {before: func(o office) { o.exec(`UPDATE round SET remind_last = false`) }, wednesday: all, monday: all},
		"the plan wants none":                   {before: func(o office) { o.exec(`UPDATE round SET remind_last = false, remind_after = '{}'`) }},
		"the round is held from Tuesday on": {before: func(o office) {
			must(o.t, o.HoldRound(o.t.Context(), 1, 0, by(1), at(7, 9)))
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.opened()
			o.out(afternoon)
			if test.before != nil {
				test.before(o)
			}
			for _, moment := range []time.Time{at(8, 9).Add(-time.Second), at(8, 9), at(8, 10), at(9, 9), at(12, 23)} {
				o.remindAt(moment)
				o.out(moment.Add(6 * time.Hour))
			}
			o.remindAt(at(13, 0))
			o.remindAt(at(13, 9))
			for day, want := range map[int][]int64{7: nil, 8: test.wednesday, 9: nil, 10: nil, 13: test.monday} {
				if got := o.reminded(day); !slices.Equal(got, want) {
					t.Errorf("reminded on the %dth: %v, want %v", day, got, want)
				}
			}
			last := o.count(`SELECT count(*) FROM delivery WHERE last_day`)
			if early := o.count(`SELECT count(*) FROM delivery WHERE last_day AND due_at <> $1`, at(13, 9)); early > 0 || last > len(test.monday) {
				t.Errorf("%d reminders of the last day, %d of them at another moment", last, early)
			}
		})
	}
}

// later has the account reminded of its form at a moment that it asked for.
func (o office) later(account int64, due, now time.Time) {
	o.t.Helper()
	got, err := o.RemindLater(o.t.Context(), account, []int64{o.session(account).ID}, due, now)
	if err != nil || !got.Equal(due) {
		o.t.Fatalf("reminded at %v, %v", got, err)
	}
}

func TestNextReminder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	for now, want := range map[time.Time]time.Time{afternoon: at(8, 9), at(8, 9): at(13, 0), at(13, 0): {}} {
		next, found, err := o.NextReminder(t.Context(), now, wib)
		if err != nil || found == want.IsZero() || !next.Equal(want) {
			t.Errorf("after %v: %v, %v, %v", now, next, found, err)
		}
	}
	o.exec(`INSERT INTO holiday (day, name, kind) VALUES ('2026-07-08', 'Hari contoh', 'holiday'), ('2026-07-13', 'Hari contoh', 'holiday')`)
	for now, want := range map[time.Time]time.Time{afternoon: at(9, 9), at(9, 9): at(10, 0)} {
		if next, _, err := o.NextReminder(t.Context(), now, wib); err != nil || !next.Equal(want) {
			t.Errorf("with holidays, after %v: %v, %v", now, next, err)
		}
	}
}

func TestWhatADowntimeLeavesOfReminders(t *testing.T) {
	t.Parallel()
	setting := `UPDATE round SET remind_after = '{1,2,3}'`
	tests := map[string]struct {
		back time.Time
		want map[int]int // by day
	}{
		"of three missed the newest":          {back: at(10, 11), want: map[int]int{9: 4}},
		"on the last day only the last":       {back: at(13, 8), want: map[int]int{13: 4}},
		"on the last day after its hour, too": {back: at(13, 14), want: map[int]int{13: 4}},
		"none once it has closed":             {back: at(13, 16), want: map[int]int{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.opened()
			o.exec(setting)
			o.out(afternoon)
			for range 2 {
				o.remindAt(test.back)
			}
			for day := 6; day <= 13; day++ {
				if got := len(o.reminded(day)); got != test.want[day] {
					t.Errorf("%d reminders of the %dth", got, day)
				}
			}
			if early := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder' AND due_at < $1`, test.back); early > 0 {
				t.Errorf("%d are due before the office is back", early)
			}
		})
	}
}

// What still waits, for whatever reason, does not come on top of the next one.
func TestTheNextReminderTakesItsPlace(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.opened()
	o.out(afternoon)
	o.remindAt(at(8, 9))
	o.later(101, at(13, 11), at(12, 11))
	o.exec(`UPDATE delivery SET due_at = '2026-07-13 07:30+07' WHERE kind = 'reminder' AND NOT reply`)
	o.remindAt(at(13, 0))
	if got := o.reminded(8); len(got) != 0 {
		t.Errorf("still reminded of the 8th: %v", got)
	}
	if got, want := o.reminded(13), []int64{101, 102, 103, 104}; !slices.Equal(got, want) {
		t.Errorf("reminded on the last day: %v", got)
	}
	if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder' AND state = 'due' AND account_id = 101 AND reply`); got != 1 {
		t.Errorf("%d reminders that they asked for", got)
	}
}

func TestARoundKeepsWhenItReminds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.exec(`UPDATE step SET remind_after = '{1}', remind_last = false`)
	o.opened()
	o.exec(`UPDATE step SET remind_after = '{4}', remind_last = true`)
	if next, _, err := o.NextReminder(t.Context(), afternoon, wib); err != nil || !next.Equal(at(7, 9)) {
		t.Errorf("it reminds at %v, %v", next, err)
	}
	if _, found, err := o.NextReminder(t.Context(), at(7, 9), wib); err != nil || found {
		t.Errorf("it reminds again: %v, %v", found, err)
	}
}

func TestRemindLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	round := o.opened()
	o.out(afternoon)
	o.later(101, at(8, 14), at(7, 14))
	o.later(101, at(8, 15), at(7, 15)) // asked again: once, at the later hour
	if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder' AND reply AND due_at = $1`, at(8, 15)); got != 1 {
		t.Errorf("%d reminders at the hour that was asked for last", got)
	}
	s := o.session(101)
	declined := o.decline(101, storage.Unwilling, "", at(7, 16))
	if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder' AND state = 'unneeded'`); got != 1 {
		t.Error("who declined is reminded still")
	}
	if due, err := o.RemindLater(t.Context(), 101, []int64{s.ID}, at(8, 15), at(7, 16)); err != nil || !due.IsZero() {
		t.Errorf("reminded of what was declined: %v, %v", due, err)
	}
	if open, err := o.Reconsider(t.Context(), declined, at(7, 17)); err != nil || !open {
		t.Fatalf("open again: %v, %v", open, err)
	}
	o.later(101, at(8, 15), at(7, 17))
	if _, err := o.CloseRound(t.Context(), round.ID, storage.Source{}, at(7, 18)); err != nil {
		t.Fatal(err)
	}
	if got := o.count(`SELECT count(*) FROM delivery WHERE kind = 'reminder' AND state = 'due'`); got != 0 {
		t.Error("a closed round reminds")
	}
}

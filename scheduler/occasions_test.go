package scheduler_test

import (
	"maps"
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
	"pascalatih/survey"
)

// september is the first occasion of what recurs in these tests, on a working day.
var september = time.Date(2026, time.September, 1, 9, 0, 0, 0, wib)

// recurs has the office ask everybody again and again, for two weeks each.
func (o *office) recurs(expression string) int64 {
	o.t.Helper()
	general := form("berkala")
	general.About = survey.AboutOffice
	_, _, err := o.Publish(o.t.Context(), general, storage.Source{}, o.clock.Now())
	must(o.t, err)
	cron, err := calendar.ParseCron(expression)
	must(o.t, err)
	id, err := o.AddRecurring(o.t.Context(), storage.Recurrence{Instrument: "berkala", Audience: storage.Everybody, Cron: cron, DaysOpen: 14},
		wib, storage.Source{}, o.clock.Now())
	must(o.t, err)
	return id
}

// recurring are the rounds that recur, newest first.
func (o *office) recurring() []storage.Round {
	o.t.Helper()
	var all []storage.Round
	for _, round := range o.rounds() {
		if round.ScheduleID != 0 {
			all = append(all, round)
		}
	}
	return all
}

// Two that run side by side open one round at each occasion, ask each person once,
// and close it.
func TestARoundRecurs(t *testing.T) {
	o := newOffice(t, september.Add(-day))
	o.exec(`UPDATE training SET plan_id = NULL`)
	desk := o.desk()
	for range 2 {
		o.run(desk)
	}
	o.recurs("0 9 1 3,9 *")
	o.looksAround()
	o.until(september.Add(-time.Second))
	if early := o.recurring(); len(early) != 0 {
		t.Errorf("early: %+v", early)
	}
	o.until(september.Add(time.Minute))
	everybody := once(101, 102, 103, 104)
	if got := desk.accounts(storage.DeliveryInvitation); !maps.Equal(got, everybody) {
		t.Errorf("invited, by account: %v", got)
	}
	march := time.Date(2027, time.March, 1, 9, 0, 0, 0, wib)
	o.until(march.Add(time.Minute))
	rounds := o.recurring()
	if len(rounds) != 2 {
		t.Fatalf("%d rounds in a year", len(rounds))
	}
	for i, at := range []time.Time{march, september} {
		if !rounds[i].OpenedAt.Equal(at) || !rounds[i].Occasion.Equal(at) || (rounds[i].ClosedAt == nil) != (i == 0) {
			t.Errorf("round %d: %+v", i, rounds[i])
		}
	}
	if got := desk.accounts(storage.DeliveryInvitation); len(got) != 4 || got[101] != 2 {
		t.Errorf("invited in a year, by account: %v", got)
	}
	if got := o.log.times("round opened"); got > 4 { // by each process once at most
		t.Errorf("logged %d times", got)
	}
}

// What came while nothing ran is caught up for a week, and the newest of several
// only.
func TestARoundRecursAfterDowntime(t *testing.T) {
	tests := map[string]struct {
		expression string
		back       time.Time
		opens      time.Time // the occasion; zero: none
	}{
		"of three days":      {"0 9 1 3,9 *", september.Add(3 * day), september},
		"of a week":          {"0 9 1 3,9 *", september.Add(7 * day), september},
		"of more":            {"0 9 1 3,9 *", september.Add(7*day + time.Minute), time.Time{}},
		"over two occasions": {"0 9 1,16 9 *", september.Add(16 * day), september.Add(15 * day)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, september.Add(-day))
			o.exec(`UPDATE training SET plan_id = NULL`)
			o.recurs(test.expression)
			o.until(test.back)
			desk := o.desk()
			o.run(desk)
			o.until(test.back.Add(time.Minute))
			rounds := o.recurring()
			switch {
			case test.opens.IsZero() && len(rounds) != 0, !test.opens.IsZero() && len(rounds) != 1:
				t.Fatalf("%d rounds open", len(rounds))
			case test.opens.IsZero():
				return
			}
			if round := rounds[0]; !round.Occasion.Equal(test.opens) || !round.OpenedAt.Equal(test.back) {
				t.Errorf("it is of %v and opened at %v", round.Occasion, round.OpenedAt)
			}
		})
	}
}

// Of an occasion at which nobody is there one hears once.
func TestARoundThatNobodyIsAskedIn(t *testing.T) {
	o := newOffice(t, september.Add(-day))
	o.recurs("0 9 1 3,9 *")
	o.exec(`UPDATE training SET plan_id = NULL; UPDATE employee SET left_at = '2026-08-31', left_as = 'moved'`)
	o.run(o.desk())
	o.until(september.Add(2 * day))
	if rounds, said := o.recurring(), o.log.times("occasion passed over"); len(rounds) != 0 || said != 1 {
		t.Errorf("%d rounds open, and one hears %d times", len(rounds), said)
	}
}

// What is switched off opens nothing, and what it missed does not come later.
func TestARoundThatIsSwitchedOff(t *testing.T) {
	o := newOffice(t, september.Add(-day))
	o.exec(`UPDATE training SET plan_id = NULL`)
	id := o.recurs("0 9 1 * *")
	o.run(o.desk())
	for revision, on := range []bool{false, true} {
		_, err := o.SwitchRecurring(t.Context(), id, revision, on, storage.Source{}, o.clock.Now())
		must(t, err)
		o.looksAround()
		if !on {
			o.until(september.Add(2 * day))
		}
	}
	o.until(september.Add(31 * day))
	if rounds := o.recurring(); len(rounds) != 1 || !rounds[0].Occasion.Equal(september.AddDate(0, 1, 0)) {
		t.Errorf("the rounds are %+v", rounds)
	}
}

package scheduler_test

import (
	"testing"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// reschedule changes when the weekly summary is due.
func (o *office) reschedule(expression string) error {
	o.t.Helper()
	wanted, err := calendar.ParseCron(expression)
	must(o.t, err)
	schedules, err := o.Schedules(o.t.Context())
	must(o.t, err)
	changed, err := o.ChangeSchedule(o.t.Context(), schedules[0].ID, schedules[0].Cron, wanted, wib, storage.Source{}, o.clock.Now())
	if err == nil && !changed {
		o.t.Errorf("it is %s already", expression)
	}
	return err
}

// occasions are those of the summaries that came to the desk.
func (o *office) occasions(desk *desk) []time.Time {
	o.t.Helper()
	var all []time.Time
	for _, summary := range o.summaries(desk) {
		all = append(all, summary.Occasion)
	}
	return all
}

// looksAround lets every program look at the database anew, which it does by the
// machine's time.
func (o *office) looksAround() {
	o.t.Helper()
	time.Sleep(3 * time.Second)
}

// Whoever runs on the database takes up another expression by itself: what comes
// then is the new one's, once, and nothing of the old one.
func TestChangedSchedule(t *testing.T) {
	const begun = 8*time.Hour + 2*time.Second // the first summary has come
	tests := map[string]struct {
		change time.Duration // after Monday's midnight
		to     string
		want   []time.Duration // all until a week and a half later
	}{
		"to a later day of the week":                {change: begun, to: "30 9 * * 3", want: []time.Duration{eight, 2*day + 9*time.Hour + 30*time.Minute, week + 2*day + 9*time.Hour + 30*time.Minute}},
		"to an earlier one, which is over":          {change: 2 * day, to: "0 9 * * 2", want: []time.Duration{eight, week + day + 9*time.Hour}},
		"to another hour of the day, which is over": {change: begun, to: "0 7 * * 1", want: []time.Duration{eight, week + 7*time.Hour}},
		"before the first, to later on that day":    {change: time.Hour, to: "0 10 * * 1", want: []time.Duration{10 * time.Hour, week + 10*time.Hour}},
		"before the first, to earlier on that day":  {change: 7*time.Hour + time.Minute, to: "0 7 * * 1", want: []time.Duration{week + 7*time.Hour}},
		"to that very moment":                       {change: 10 * time.Hour, to: "0 10 * * 1", want: []time.Duration{eight, week + 10*time.Hour}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, monday.Add(-time.Hour))
			desk := o.desk()
			for range 2 {
				o.run(desk)
			}
			o.until(monday.Add(test.change))
			must(t, o.reschedule(test.to))
			o.looksAround()
			o.until(monday.Add(week + 3*day + 12*time.Hour))
			got := o.occasions(desk)
			if len(got) != len(test.want) {
				t.Fatalf("the occasions %v, want %d", got, len(test.want))
			}
			for i, after := range test.want {
				if !got[i].Equal(monday.Add(after)) {
					t.Errorf("summary %d is of %v, want %v", i, got[i], monday.Add(after))
				}
			}
			for _, attempt := range desk.of(storage.DeliverySummary) {
				summary, err := o.Summary(t.Context(), attempt.SummaryID)
				must(t, err)
				if !attempt.at.Equal(summary.Occasion) {
					t.Errorf("that of %v came at %v", summary.Occasion, attempt.at)
				}
			}
		})
	}
}

// What has come is summarised before another expression holds, as far as it is
// caught up at all.
func TestScheduleThatIsDueIsNotChanged(t *testing.T) {
	due := monday.Add(eight)
	tests := map[string]struct {
		late time.Duration
		held bool
	}{
		"a second late":             {late: time.Second, held: true},
		"hardly caught up":          {late: calendar.CaughtUp - time.Minute, held: true},
		"too late to be caught up":  {late: calendar.CaughtUp + time.Minute},
		"much too late to be heard": {late: 3 * calendar.CaughtUp},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, due.Add(test.late))
			o.exec(`UPDATE schedule SET cron = '0 8 13 7 *'`) // once a year
			if err := o.reschedule("0 7 1 1 *"); test.held != storage.IsCode(err, storage.Refused) || !test.held && err != nil {
				t.Fatalf("before anybody looked: %v", err)
			}
			desk := o.desk()
			o.run(desk)
			o.until(o.clock.Now().Add(2 * time.Second))
			want := 0
			if test.held {
				want = 1
				must(t, o.reschedule("0 7 1 1 *"))
			}
			if got := o.count(`SELECT count(*) FROM summary`); got != want {
				t.Errorf("%d summaries, want %d", got, want)
			}
		})
	}
}

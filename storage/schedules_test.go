package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

func cronOf(t testing.TB, expression string) calendar.Cron {
	t.Helper()
	cron, err := calendar.ParseCron(expression)
	if err != nil {
		t.Fatal(err)
	}
	return cron
}

// summarised keeps a summary of an occasion of the schedule 1.
func (o office) summarised(occasion time.Time) {
	o.t.Helper()
	summary := storage.Summary{ScheduleID: 1, Occasion: occasion, Period: week(weekBegins), Figures: json.RawMessage(`{}`)}
	if _, _, err := o.KeepSummary(o.t.Context(), summary, nil, occasion); err != nil {
		o.t.Fatal(err)
	}
}

func TestChangeSchedule(t *testing.T) {
	const mondays = "0 8 * * 1"
	first := time.Date(2026, time.July, 13, 8, 0, 0, 0, wib) // the first since the office began
	tests := map[string]struct {
		id      int64 // 0: 1
		before  string
		done    []time.Time // occasions that are summarised
		seen    string      // "": mondays
		wanted  string
		at      time.Time
		same    bool // nothing changes
		refused storage.Code
		reason  string
	}{
		"before the first occasion":         {wanted: "0 9 * * 2", at: first.Add(-time.Second)},
		"after one that is summarised":      {done: []time.Time{first}, wanted: "0 9 * * 2", at: first.Add(day)},
		"at one that is not yet":            {wanted: "0 9 * * 2", at: first, refused: storage.Refused, reason: "due"},
		"after one that is not yet":         {wanted: "0 9 * * 2", at: first.Add(day), refused: storage.Refused, reason: "due"},
		"after the second, which is not":    {done: []time.Time{first}, wanted: "0 9 * * 2", at: first.Add(8 * day), refused: storage.Refused, reason: "due"},
		"one that nobody will summarise":    {before: `UPDATE schedule SET cron = '0 8 1 1 *', since = '2020-01-01'`, seen: "0 8 1 1 *", wanted: "0 9 * * 2", at: first},
		"the present one":                   {wanted: mondays, at: first.Add(-time.Second), same: true},
		"the present one, late":             {wanted: mondays, at: first.Add(day), same: true},
		"what somebody else changed":        {before: `UPDATE schedule SET cron = '0 7 * * 1'`, wanted: "0 9 * * 2", at: first.Add(-time.Second), refused: storage.Refused, reason: "changed"},
		"what somebody changed to the same": {before: `UPDATE schedule SET cron = '0 9 * * 2'`, wanted: "0 9 * * 2", at: first.Add(-time.Second), refused: storage.Refused, reason: "changed"},
		"what cannot be read":               {before: `UPDATE schedule SET cron = 'weekly'`, seen: "weekly", wanted: "0 9 * * 2", at: first.Add(day)},
		"what there is not":                 {id: 99, wanted: "0 9 * * 2", at: first, refused: storage.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if test.before != "" {
				o.exec(test.before)
			}
			for _, occasion := range test.done {
				o.summarised(occasion)
			}
			id, seen := int64(1), mondays
			if test.id != 0 {
				id = test.id
			}
			if test.seen != "" {
				seen = test.seen
			}
			before, err := o.Schedules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			change := func() (bool, error) {
				return o.ChangeSchedule(t.Context(), id, seen, cronOf(t, test.wanted), wib, from(admin, 5), test.at)
			}
			changed, err := change()
			refusal, _ := errors.AsType[*storage.Error](err)
			switch {
			case test.refused == "" && (err != nil || changed == test.same):
				t.Fatalf("changed %v, %v", changed, err)
			case test.refused != "" && (refusal == nil || refusal.Code != test.refused || test.reason != "" && refusal.Detail["reason"] != test.reason):
				t.Fatalf("it gives %v", err)
			}
			want := before
			if test.refused == "" && !test.same {
				want[0].Cron, want[0].Since = test.wanted, test.at
			}
			after, err := o.Schedules(t.Context())
			if diff := cmp.Diff(want, after); diff != "" || err != nil {
				t.Errorf("the schedules (-want +got): %s%v", diff, err)
			}
			if kept, err := o.WeekSummarised(t.Context(), id, weekBegins); err != nil || kept != (len(test.done) > 0) {
				t.Errorf("the week is summarised: %v, %v", kept, err)
			}
			noted := fmt.Sprintf(`{"schedule": 1, "does": "summary", "was": %q, "cron": %q}`, seen, test.wanted)
			rows := o.count(`SELECT count(*) FROM audit WHERE action = 'schedule changed' AND details = $1`, noted)
			if (rows == 1) != (test.refused == "" && !test.same) {
				t.Errorf("%d audit rows", rows)
			}
			if rows == 0 {
				return
			}
			if last, found, err := o.LastOccasion(t.Context(), 1); err != nil || found {
				t.Errorf("an occasion of the expression before counts for the new one: %v, %v", last, err)
			}
			if again, err := change(); !errors.Is(err, storage.ErrRepeated) || !again {
				t.Errorf("the same command again: changed %v, %v", again, err)
			}
		})
	}
}

// Of two who change it at once, one sees that it is another.
func TestTwoWhoChangeASchedule(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	seen := "0 8 * * 1"
	for try := range 10 {
		var changing sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			changing.Go(func() {
				_, errs[i] = o.ChangeSchedule(t.Context(), 1, seen, cronOf(t, fmt.Sprintf("%d %d * * 1", try, 10+i)), wib, from(admin, int64(100+2*try+i)), monday.Add(time.Second))
			})
		}
		changing.Wait()
		if storage.IsCode(errs[0], storage.Refused) == storage.IsCode(errs[1], storage.Refused) || errs[0] != nil && errs[1] != nil {
			t.Fatalf("they get %v", errs)
		}
		schedules, err := o.Schedules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen = schedules[0].Cron
	}
	if got := o.count(`SELECT count(*) FROM audit WHERE action = 'schedule changed'`); got != 10 {
		t.Errorf("%d audit rows", got)
	}
}

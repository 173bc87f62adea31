package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage"
)

// twiceAYear is the recurring round of these tests, as it is asked of everybody.
func twiceAYear(t testing.TB) storage.Recurrence {
	return storage.Recurrence{Instrument: "program", Audience: storage.Everybody, Cron: cronOf(t, "0 9 1 3,9 *"), DaysOpen: 14}
}

// firstOccasion is that of twiceAYear.
var firstOccasion = time.Date(2026, time.September, 1, 9, 0, 0, 0, wib)

// recurring adds a recurring round, and gives its id.
func (o office) recurring(r storage.Recurrence) int64 {
	o.t.Helper()
	id, err := o.AddRecurring(o.t.Context(), r, wib, storage.Source{}, monday)
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// recurs is the only recurring round.
func (o office) recurs() storage.RecurringRound {
	o.t.Helper()
	all, err := o.RecurringRounds(o.t.Context())
	if err != nil || len(all) != 1 {
		o.t.Fatalf("%d recurring rounds, %v", len(all), err)
	}
	return all[0]
}

func reasonOf(err error) string {
	refusal, ok := errors.AsType[*storage.Error](err)
	if !ok {
		return ""
	}
	for _, key := range []string{"reason", "what"} {
		if reason, ok := refusal.Detail[key].(string); ok {
			return reason
		}
	}
	return string(refusal.Code)
}

func TestRecurrenceAsks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	// 8 has left; 4 blocked the bot; C is over a year old, D was cancelled.
	o.exec(`UPDATE employee SET left_at = '2026-07-01', left_as = 'moved' WHERE id = 8;
		UPDATE account SET blocked_at = '2026-07-01' WHERE id = 104;
		INSERT INTO training (code, title, first_day, last_day, cancelled_at) VALUES
		    ('C', 'Pelatihan C', '2026-02-28', '2026-02-28', NULL), ('D', 'Pelatihan D', '2026-07-01', '2026-07-01', '2026-07-02');
		INSERT INTO participation (training_id, employee_id) VALUES (3, 1), (4, 2), (4, 3)`)
	tests := map[string]struct {
		change    func(*storage.Recurrence)
		at        time.Time
		invited   int
		reachable int
		refused   string
	}{
		"everybody":           {change: func(*storage.Recurrence) {}, invited: 7, reachable: 3},
		"a unit":              {change: func(r *storage.Recurrence) { r.Audience, r.Units = storage.OfUnits, []int64{2} }, invited: 4, reachable: 2},
		"both units":          {change: func(r *storage.Recurrence) { r.Audience, r.Units = storage.OfUnits, []int64{2, 1, 2} }, invited: 7, reachable: 3},
		"a unit not needed":   {change: func(r *storage.Recurrence) { r.Units, r.Months = []int64{99}, 99 }, invited: 7, reachable: 3},
		"of a month":          {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 1 }, at: time.Date(2026, time.July, 6, 9, 0, 0, 0, wib), invited: 3},
		"of a month, later":   {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 1 }, at: time.Date(2026, time.July, 7, 9, 0, 0, 0, wib), invited: 7, reachable: 3},
		"of a month, over":    {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 1 }, at: time.Date(2026, time.September, 7, 9, 0, 0, 0, wib)},
		"to a month's end":    {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 6 }, at: time.Date(2026, time.August, 31, 9, 0, 0, 0, wib), invited: 7, reachable: 3},
		"a form of trainings": {change: func(r *storage.Recurrence) { r.Instrument = "reaction" }, refused: "training"},
		"a form there is not": {change: func(r *storage.Recurrence) { r.Instrument = "nothing" }, refused: "instrument"},
		"a unit there is not": {change: func(r *storage.Recurrence) { r.Audience, r.Units = storage.OfUnits, []int64{1, 99} }, refused: "unit"},
		"no unit":             {change: func(r *storage.Recurrence) { r.Audience = storage.OfUnits }, refused: "audience"},
		"no months":           {change: func(r *storage.Recurrence) { r.Audience = storage.Recent }, refused: "audience"},
		"too many months":     {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 61 }, refused: "audience"},
		"alumni":              {change: func(r *storage.Recurrence) { r.Audience = storage.Alumni }, refused: "audience"},
		"for no day":          {change: func(r *storage.Recurrence) { r.DaysOpen = 0 }, refused: "days"},
		"for a hundred days":  {change: func(r *storage.Recurrence) { r.DaysOpen = 100 }, refused: "days"},
		"each week for two":   {change: func(r *storage.Recurrence) { r.Cron = cronOf(t, "0 9 * * 1") }, refused: "overlap"},
		"each week for one":   {change: func(r *storage.Recurrence) { r.Cron, r.DaysOpen = cronOf(t, "0 9 * * 1"), 7 }, invited: 7, reachable: 3},
		"twice in a week":     {change: func(r *storage.Recurrence) { r.Cron, r.DaysOpen = cronOf(t, "0 9 1,5 3 *"), 7 }, refused: "overlap"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, at := twiceAYear(t), test.at
			test.change(&r)
			if at.IsZero() {
				at = monday
			}
			preview, err := o.PreviewRecurrence(t.Context(), r, wib, at)
			if test.refused != "" || err != nil {
				if reasonOf(err) != test.refused {
					t.Fatalf("it gives %v", err)
				}
				if _, err := o.AddRecurring(t.Context(), r, wib, from(admin, 77), at); reasonOf(err) != test.refused {
					t.Errorf("adding gives %v", err)
				}
				return
			}
			if preview.Invited != test.invited || preview.Reachable != test.reachable {
				t.Errorf("it would ask %d, and reach %d", preview.Invited, preview.Reachable)
			}
		})
	}
	if n := o.count(`SELECT count(*) FROM schedule WHERE job = 'round'`); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

func TestAddRecurring(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	wanted := twiceAYear(t)
	wanted.Audience, wanted.Units = storage.OfUnits, []int64{2, 1}
	id, err := o.AddRecurring(t.Context(), wanted, wib, from(admin, 5), monday)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.AddRecurring(t.Context(), wanted, wib, from(admin, 5), monday)
	if !errors.Is(err, storage.ErrRepeated) || again != id {
		t.Errorf("the same command again: %d, %v", again, err)
	}
	kept := o.recurs()
	if title := kept.InstrumentTitle.In("id"); title != "Pengembangan karier" {
		t.Errorf("it is called %q", title)
	}
	kept.InstrumentTitle = nil
	want := storage.RecurringRound{ID: id, InstrumentKey: "program", Audience: storage.OfUnits, Units: []int64{1, 2},
		UnitNames: []string{"Badan Contoh", "Dinas Contoh"}, Expression: "0 9 1 3,9 *", DaysOpen: 14, Since: monday}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("it is kept as (-want +got): %s", diff)
	}
	if got := o.count(`SELECT count(*) FROM audit WHERE action = 'recurring added' AND details->>'schedule' = $1::text`, id); got != 1 {
		t.Errorf("%d audit rows", got)
	}
	summaries, err := o.Schedules(t.Context())
	if err != nil || len(summaries) != 1 || summaries[0].Job != storage.ScheduleSummary {
		t.Errorf("the schedules of summaries: %v, %v", summaries, err)
	}
}

func TestChangeRecurring(t *testing.T) {
	tests := map[string]struct {
		change  func(*storage.Recurrence)
		seen    int
		at      time.Time // zero: a day before the first occasion
		same    bool
		since   bool // occasions count anew
		refused string
	}{
		"its days":                      {change: func(r *storage.Recurrence) { r.DaysOpen = 7 }},
		"whom it asks":                  {change: func(r *storage.Recurrence) { r.Audience, r.Months = storage.Recent, 6 }},
		"when":                          {change: func(r *storage.Recurrence) { r.Cron = cronOf(t, "0 9 1 4 *") }, since: true},
		"nothing":                       {change: func(*storage.Recurrence) {}, same: true},
		"what somebody changed":         {change: func(r *storage.Recurrence) { r.DaysOpen = 7 }, seen: 3, refused: "changed"},
		"to what cannot be":             {change: func(r *storage.Recurrence) { r.DaysOpen = 0 }, refused: "days"},
		"while it is about to open":     {change: func(r *storage.Recurrence) { r.DaysOpen = 7 }, at: firstOccasion, refused: "due"},
		"when it is too late to open":   {change: func(r *storage.Recurrence) { r.DaysOpen = 7 }, at: firstOccasion.Add(8 * day)},
		"nothing, while about to open":  {change: func(*storage.Recurrence) {}, at: firstOccasion, same: true},
		"to a form about the trainings": {change: func(r *storage.Recurrence) { r.Instrument = "checkin" }, refused: "training"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			wanted, at := twiceAYear(t), test.at
			id := o.recurring(wanted)
			test.change(&wanted)
			if at.IsZero() {
				at = firstOccasion.Add(-day)
			}
			changed, err := o.ChangeRecurring(t.Context(), id, test.seen, wanted, wib, from(admin, 6), at)
			if test.refused != "" || err != nil {
				if reasonOf(err) != test.refused {
					t.Errorf("it gives %v", err)
				}
				return
			}
			kept := o.recurs()
			if changed == test.same || (kept.Revision == 1) == test.same || kept.Since.Equal(at) != test.since {
				t.Errorf("changed %v, since %v, revision %d", changed, kept.Since, kept.Revision)
			}
			if said, err := kept.Recurrence(); err != nil || said.Cron.String() != wanted.Cron.String() ||
				said.DaysOpen != wanted.DaysOpen || said.Audience != wanted.Audience || said.Months != wanted.Months {
				t.Errorf("it became %+v, %v", said, err)
			}
			if test.same {
				return
			}
			if _, err := o.ChangeRecurring(t.Context(), id, test.seen, wanted, wib, from(admin, 6), at); !errors.Is(err, storage.ErrRepeated) {
				t.Errorf("the same command again gives %v", err)
			}
		})
	}
}

func TestSwitchRecurring(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.recurring(twiceAYear(t))
	off, on := firstOccasion.Add(-day), firstOccasion.Add(2*day)
	for _, step := range []struct {
		on      bool
		seen    int
		at      time.Time
		changed bool
		refused string
	}{
		{on: true, at: off},
		{at: off, seen: 1, refused: "changed"},
		{at: off, changed: true},
		{at: off, seen: 1},
		{on: true, seen: 1, at: on, changed: true},
	} {
		changed, err := o.SwitchRecurring(t.Context(), id, step.seen, step.on, storage.Source{}, step.at)
		if reasonOf(err) != step.refused || step.refused == "" && (err != nil || changed != step.changed) {
			t.Errorf("on %v at revision %d: changed %v, %v", step.on, step.seen, changed, err)
		}
		due, err := o.DueOccasions(t.Context(), firstOccasion.Add(2*day), wib)
		if err != nil || (len(due) == 1) != (step.seen == 0 && !step.changed) {
			if step.refused == "" {
				t.Errorf("due after on %v at revision %d: %v, %v", step.on, step.seen, due, err)
			}
		}
	}
	if _, err := o.SwitchRecurring(t.Context(), 1, 0, false, storage.Source{}, off); reasonOf(err) != "schedule" {
		t.Errorf("switching the summary off gives %v", err)
	}
	var actions []string
	rows, err := o.db.QueryContext(t.Context(), `SELECT action FROM audit WHERE action LIKE 'recurring%' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var action string
		if err := rows.Scan(&action); err != nil {
			t.Fatal(err)
		}
		actions = append(actions, action)
	}
	if want := []string{"recurring added", "recurring switched off", "recurring switched on"}; !slices.Equal(actions, want) {
		t.Errorf("the audit has %v", actions)
	}
}

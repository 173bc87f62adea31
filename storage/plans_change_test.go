package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// planNamed is the number of a plan.
func (o office) planNamed(key string) int64 {
	o.t.Helper()
	return int64(o.count(`SELECT id FROM plan WHERE key = $1`, key))
}

// stepAt is the step of a plan with this instrument and day.
func (o office) stepAt(plan, instrument string, days int) storage.Step {
	o.t.Helper()
	steps, err := o.StepsOf(o.t.Context(), o.planNamed(plan))
	if err != nil {
		o.t.Fatal(err)
	}
	at := slices.IndexFunc(steps, func(s storage.Step) bool { return s.InstrumentKey == instrument && s.Days == days })
	if at < 0 {
		o.t.Fatalf("plan %s has no step %s at %d", plan, instrument, days)
	}
	return steps[at]
}

// makes looks at a change and makes it, and gives what it moved, as "A reaction:
// was > will".
func (o office) makes(change storage.PlanChange, now time.Time) []string {
	o.t.Helper()
	effect, err := o.PreviewPlan(o.t.Context(), change, wib, now)
	if err != nil {
		o.t.Fatalf("%+v: %v", change, err)
	}
	if err := o.ChangePlan(o.t.Context(), change, storage.Source{}, now); err != nil {
		o.t.Fatalf("%+v: %v", change, err)
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.In(wib).Format("2006-01-02 15.04")
	}
	moves := []string{}
	for _, move := range effect.Moves {
		moves = append(moves, fmt.Sprintf("%s %s: %s > %s", move.TrainingTitle, move.InstrumentKey, when(move.Was), when(move.Will)))
	}
	return moves
}

func TestStandar(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps, err := o.StepsOf(t.Context(), o.planNamed("standar"))
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, s := range steps {
		if err := s.Check(); err != nil {
			t.Errorf("step %+v: %v", s, err)
		}
		got = append(got, fmt.Sprintf("%s %+d %s %s %s %d %v %v", s.Anchor, s.Days, s.Cron, s.InstrumentKey, s.Audience, s.DaysOpen, s.RemindAfter, s.RemindLast))
	}
	want := []string{
		"first_day -3 0 8 * * * competence alumni 3 [2 5] true",
		"last_day +0 30 15 * * * reaction alumni 7 [2 5] true",
		"last_day +30 0 9 * * 1-5 checkin alumni 14 [2 5] true",
		"last_day +90 0 9 * * 1-5 application alumni 14 [2 5] true",
		"last_day +90 0 9 * * 1-5 competence alumni 14 [2 5] true",
		"last_day +90 0 9 * * 1-5 observation supervisors 21 [2 5] true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What is asked before a training ends when it begins, however late it opened, and
// does not open afterwards.
func TestTestBeforeATraining(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, time.August, 3, 0, 0, 0, 0, wib) // a Monday
	begins := first.Add(8 * time.Hour)
	tests := map[string]struct {
		now    time.Time
		opens  bool
		closes time.Time
	}{
		"three days ahead":       {now: begins.Add(-3 * day), opens: true, closes: begins},
		"a minute too early":     {now: begins.Add(-3*day - time.Minute)},
		"two days late":          {now: begins.Add(-day), opens: true, closes: begins},
		"when the training runs": {now: begins},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.exec(`UPDATE training SET plan_id = (SELECT id FROM plan WHERE key = 'standar'), first_day = '2026-08-03', last_day = '2026-08-04' WHERE code = 'A'`)
			due, err := o.DueSteps(t.Context(), test.now, wib)
			if err != nil {
				t.Fatal(err)
			}
			if (len(due) == 1) != test.opens {
				t.Fatalf("due: %+v", due)
			}
			for _, step := range due {
				round, _, err := o.OpenStep(t.Context(), step, wib, test.now)
				if err != nil || !round.ClosesAt.Equal(test.closes) {
					t.Errorf("it closes at %v (%v), want %v", round.ClosesAt, err, test.closes)
				}
				if _, _, err := o.OpenStep(t.Context(), step, wib, test.now.Add(30*day)); err != nil {
					t.Errorf("opened again: %v", err)
				}
				late := storage.DueStep{TrainingID: step.TrainingID, StepID: step.StepID, Occasion: step.Occasion}
				o.exec(`UPDATE round SET step_id = NULL, closed_at = closes_at`)
				if _, _, err := o.OpenStep(t.Context(), late, wib, begins); !storage.IsCode(err, storage.Refused) {
					t.Errorf("opened after the training began: %v", err)
				}
			}
		})
	}

	t.Run("moved, it ends with the new beginning", func(t *testing.T) {
		for days, want := range map[int]time.Time{2: begins.Add(2 * day), -1: begins.Add(-day), -30: begins.Add(-3*day + time.Second)} {
			o := newOffice(t)
			o.exec(`UPDATE training SET plan_id = (SELECT id FROM plan WHERE key = 'standar'), first_day = '2026-08-03', last_day = '2026-08-04' WHERE code = 'A'`)
			due, err := o.DueSteps(t.Context(), begins.Add(-3*day), wib)
			if err != nil || len(due) != 1 {
				t.Fatalf("due: %+v, %v", due, err)
			}
			round, _, err := o.OpenStep(t.Context(), due[0], wib, begins.Add(-3*day))
			if err != nil {
				t.Fatal(err)
			}
			seen := o.training(1).Training
			wanted := seen
			wanted.First, wanted.Last = seen.First.AddDate(0, 0, days), seen.Last.AddDate(0, 0, days)
			if err := o.ChangeTraining(t.Context(), 1, seen, wanted, storage.Source{}, begins.Add(-2*day)); err != nil {
				t.Fatal(err)
			}
			if got, err := o.Round(t.Context(), round.ID); err != nil || !got.ClosesAt.Equal(want) {
				t.Errorf("moved by %d days it closes at %v (%v), want %v", days, got.ClosesAt, err, want)
			}
		}
	})

	t.Run("afterwards the same form is that of day 90", func(t *testing.T) {
		o := newOffice(t)
		o.exec(`UPDATE training SET plan_id = (SELECT id FROM plan WHERE key = 'standar') WHERE code = 'A'`)
		preview, err := o.PreviewRound(t.Context(), storage.Opening{Training: "A", Instrument: "competence"})
		if err != nil {
			t.Fatal(err)
		}
		for now, want := range map[time.Time]int{afternoon.Add(-30 * day): -3, afternoon: 90} {
			if got, awaited := preview.Step(now, wib); !awaited || got != o.stepAt("standar", "competence", want).ID {
				t.Errorf("on %v it opens step %d", now, got)
			}
		}
	})
}

func TestChangePlan(t *testing.T) {
	t.Parallel()
	now := afternoon.Add(-day)
	tests := map[string]struct {
		change func(o office) storage.PlanChange
		moves  []string
	}{
		"a step moves": {
			change: func(o office) storage.PlanChange {
				seen := o.stepAt("singkat", "checkin", 30)
				wanted := seen
				wanted.Days = 60
				return storage.MoveStep{Seen: seen, Wanted: wanted}
			},
			moves: []string{"Pelatihan A checkin: 2026-08-05 09.00 > 2026-09-04 09.00"},
		},
		"a step moves out of reach": {
			change: func(o office) storage.PlanChange {
				seen := o.stepAt("singkat", "checkin", 30)
				wanted := seen
				wanted.Anchor, wanted.Days, wanted.Cron = calendar.FirstDay, -30, "0 9 * * *"
				return storage.MoveStep{Seen: seen, Wanted: wanted}
			},
			moves: []string{"Pelatihan A checkin: 2026-08-05 09.00 > -"},
		},
		"only its reminders change": {
			change: func(o office) storage.PlanChange {
				seen := o.stepAt("singkat", "checkin", 30)
				wanted := seen
				wanted.RemindAfter, wanted.RemindLast, wanted.Missing = nil, false, storage.AwaitMissing
				return storage.MoveStep{Seen: seen, Wanted: wanted}
			},
			moves: []string{},
		},
		"a step is switched off": {
			change: func(o office) storage.PlanChange {
				return storage.SwitchStep{Seen: o.stepAt("singkat", "reaction", 0), Off: true}
			},
			moves: []string{"Pelatihan A reaction: 2026-07-06 15.30 > -"},
		},
		"a step is added": {
			change: func(o office) storage.PlanChange {
				return storage.AddStep{Step: storage.Step{PlanID: o.planNamed("singkat"), InstrumentKey: "application", Audience: storage.Alumni,
					Anchor: calendar.LastDay, Days: 90, Cron: "0 9 * * 1-5", DaysOpen: 14, Missing: storage.TellMissing}}
			},
			moves: []string{"Pelatihan A application: - > 2026-10-05 09.00"},
		},
		"a kind gets a plan": {
			change: func(o office) storage.PlanChange {
				o.exec(`UPDATE training SET kind = 'Teknis'`)
				return storage.SetKindPlan{Kind: "TEKNIS", Plan: o.planNamed("singkat")}
			},
			moves: []string{"Pelatihan B reaction: - > 2026-07-03 15.30", "Pelatihan B checkin: - > 2026-08-03 09.00"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if diff := cmp.Diff(test.moves, o.makes(test.change(o), now)); diff != "" {
				t.Error(diff)
			}
		})
	}

	t.Run("looking changes nothing", func(t *testing.T) {
		o := newOffice(t)
		seen := o.stepAt("singkat", "checkin", 30)
		if _, err := o.PreviewPlan(t.Context(), storage.SwitchStep{Seen: seen, Off: true}, wib, now); err != nil {
			t.Fatal(err)
		}
		if o.stepAt("singkat", "checkin", 30).Off || o.count(`SELECT count(*) FROM audit WHERE action LIKE 'step%'`) != 0 {
			t.Error("it is switched off")
		}
	})

	t.Run("rounds that have opened stay", func(t *testing.T) {
		o := newOffice(t)
		round := o.opened()
		seen := o.stepAt("singkat", "reaction", 0)
		wanted := seen
		wanted.Days, wanted.DaysOpen, wanted.RemindAfter = 5, 30, []int64{1}
		if moves := o.makes(storage.MoveStep{Seen: seen, Wanted: wanted}, afternoon); len(moves) != 0 {
			t.Errorf("it moves %v", moves)
		}
		if got, _ := o.Round(t.Context(), round.ID); !got.ClosesAt.Equal(round.ClosesAt) {
			t.Errorf("it closes at %v", got.ClosesAt)
		}
		if got := o.count(`SELECT count(*) FROM round WHERE remind_after = '{2,5}' AND remind_last`); got != 1 {
			t.Error("its reminders moved")
		}
	})

	t.Run("somebody else was first", func(t *testing.T) {
		o := newOffice(t)
		seen := o.stepAt("singkat", "checkin", 30)
		o.makes(storage.SwitchStep{Seen: seen, Off: true}, now)
		wanted := seen
		wanted.Days = 40
		for _, change := range []storage.PlanChange{storage.MoveStep{Seen: seen, Wanted: wanted}, storage.SwitchStep{Seen: seen, Off: true},
			storage.SetKindPlan{Kind: "Teknis", Seen: 1, Plan: 1}} {
			err := o.ChangePlan(t.Context(), change, storage.Source{}, now)
			if refusal, ok := errors.AsType[*storage.Error](err); !ok || refusal.Detail["reason"] != "changed" {
				t.Errorf("%+v: %v", change, err)
			}
		}
	})

	t.Run("handled twice it happens once", func(t *testing.T) {
		o := newOffice(t)
		src := storage.Source{Account: admin, Chat: admin, Message: 5, Revision: 1}
		change := storage.SwitchStep{Seen: o.stepAt("singkat", "checkin", 30), Off: true}
		done := make(chan error)
		for range 4 {
			go func() { done <- o.ChangePlan(t.Context(), change, src, now) }()
		}
		repeated := 0
		for range 4 {
			switch err := <-done; {
			case errors.Is(err, storage.ErrRepeated):
				repeated++
			case err != nil:
				t.Error(err)
			}
		}
		if repeated != 3 {
			t.Errorf("%d were repeated", repeated)
		}
	})
}

func TestCopyPlan(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	src := storage.Source{Account: admin, Chat: admin, Message: 5, Revision: 1}
	id, err := o.CopyPlan(t.Context(), o.planNamed("standar"), "Kepemimpinan, 2026", src, monday)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.CopyPlan(t.Context(), o.planNamed("standar"), "Kepemimpinan, 2026", src, monday); !errors.Is(err, storage.ErrRepeated) || again != id {
		t.Errorf("again: %d, %v", again, err)
	}
	if id != o.planNamed("kepemimpinan-2026") || o.count(`SELECT count(*) FROM step WHERE plan_id = $1`, id) != 6 {
		t.Errorf("the copy is %d", id)
	}
	for _, title := range []string{"kepemimpinan 2026", "…", "Singkat"} {
		if _, err := o.CopyPlan(t.Context(), 1, title, storage.Source{}, monday); !storage.IsCode(err, storage.Refused) {
			t.Errorf("%q: %v", title, err)
		}
	}
	o.makes(storage.SwitchStep{Seen: o.stepAt("kepemimpinan-2026", "reaction", 0), Off: true}, monday)
	if o.stepAt("standar", "reaction", 0).Off {
		t.Error("the original changes with its copy")
	}
}

func TestStepsThatAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good := storage.Step{PlanID: o.planNamed("singkat"), InstrumentKey: "application", Audience: storage.Alumni, Anchor: calendar.LastDay,
		Days: 90, Cron: "0 9 * * 1-5", DaysOpen: 14, RemindAfter: []int64{2, 5}, Missing: storage.TellMissing}
	tests := map[string]struct {
		make   func(s *storage.Step)
		reason string // "instrument": there is none
	}{
		"too long before":              {func(s *storage.Step) { s.Anchor, s.Days, s.Cron = calendar.FirstDay, -61, "0 8 * * *" }, "days"},
		"too long after":               {func(s *storage.Step) { s.Days = 401 }, "days"},
		"no anchor":                    {func(s *storage.Step) { s.Anchor = "" }, "days"},
		"before the last day":          {func(s *storage.Step) { s.Days, s.Cron = -1, "0 8 * * *" }, "before"},
		"before, on working days only": {func(s *storage.Step) { s.Anchor, s.Days = calendar.FirstDay, -3 }, "before"},
		"no expression":                {func(s *storage.Step) { s.Cron = "besok" }, "cron"},
		"it never occurs":              {func(s *storage.Step) { s.Cron = "0 9 31 2 *" }, "cron"},
		"twice a day":                  {func(s *storage.Step) { s.Cron = "0 9,15 * * *" }, "often"},
		"on leap days":                 {func(s *storage.Step) { s.Cron = "0 9 29 2 *" }, "rare"},
		"never open":                   {func(s *storage.Step) { s.DaysOpen = 0 }, "open"},
		"open for years":               {func(s *storage.Step) { s.DaysOpen = 367 }, "open"},
		"reminders out of order":       {func(s *storage.Step) { s.RemindAfter = []int64{5, 2} }, "remind"},
		"a reminder at once":           {func(s *storage.Step) { s.RemindAfter = []int64{0} }, "remind"},
		"too many reminders":           {func(s *storage.Step) { s.RemindAfter = []int64{1, 2, 3, 4, 5, 6} }, "remind"},
		"for supervisors":              {func(s *storage.Step) { s.Audience = storage.Supervisors }, "audience"},
		"an observation by alumni":     {func(s *storage.Step) { s.InstrumentKey = "observation" }, "audience"},
		"no instrument":                {func(s *storage.Step) { s.InstrumentKey = "tidakada" }, "instrument"},
		"the same form twice at once":  {func(s *storage.Step) { s.InstrumentKey, s.Days = "checkin", 40 }, "twice"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			step := good
			test.make(&step)
			_, err := o.PreviewPlan(t.Context(), storage.AddStep{Step: step}, wib, monday)
			refusal, refused := errors.AsType[*storage.Error](err)
			if !refused || refusal.Detail["reason"] != test.reason && refusal.Detail["what"] != test.reason {
				t.Errorf("%v, want %s", err, test.reason)
			}
		})
	}
	if moves := o.makes(storage.AddStep{Step: good}, monday); len(moves) != 1 {
		t.Errorf("the good one moves %v", moves)
	}
}

// Whatever steps a plan has, and whenever its training is: each step opens once, at
// the first occasion from its day on.
func TestEachStepOpensOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	plan := o.planNamed("singkat")
	rapid.Check(t, func(r *rapid.T) {
		first := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 120).Draw(r, "first"))
		last := first.AddDate(0, 0, rapid.IntRange(0, 5).Draw(r, "length"))
		o.exec(fmt.Sprintf(`DELETE FROM delivery_invitation; DELETE FROM delivery; DELETE FROM session; DELETE FROM invitation;
			DELETE FROM round; DELETE FROM step_pass; DELETE FROM step WHERE plan_id = %d;
			UPDATE training SET first_day = '%s', last_day = '%s' WHERE code = 'A'`, plan, first.Format(time.DateOnly), last.Format(time.DateOnly)))
		wants := map[int64]time.Time{}
		for i, instrument := range []string{"competence", "reaction", "checkin"} {
			days := rapid.IntRange(-10, 40).Draw(r, fmt.Sprintf("days %d", i))
			step := storage.Step{PlanID: plan, InstrumentKey: instrument, Audience: storage.Alumni, Anchor: calendar.LastDay, Days: days,
				Cron:     rapid.SampledFrom([]string{"0 9 * * 1-5", "30 15 * * *", "0 8 1 * *"}).Draw(r, fmt.Sprintf("cron %d", i)),
				DaysOpen: 3, Missing: storage.TellMissing}
			if days < 0 {
				step.Anchor, step.Cron = calendar.FirstDay, "0 8 * * *"
			}
			if err := o.ChangePlan(t.Context(), storage.AddStep{Step: step}, storage.Source{}, monday); err != nil {
				r.Fatal(err)
			}
			cron, err := calendar.ParseCron(step.Cron)
			if err != nil {
				r.Fatal(err)
			}
			wants[o.stepAt("singkat", instrument, days).ID] = calendar.StepOpens(
				calendar.DayOf(first, time.UTC), calendar.DayOf(last, time.UTC), step.Anchor, days, cron, wib)
		}
		opened := map[int64]time.Time{}
		for now := first.AddDate(0, 0, -12); ; {
			next, awaited, err := o.NextStep(t.Context(), now, wib)
			if err != nil {
				r.Fatal(err)
			}
			if !awaited {
				break
			}
			now = next
			due, err := o.DueSteps(t.Context(), now, wib)
			if err != nil || len(due) == 0 {
				r.Fatalf("at %s there is due: %+v, %v", now, due, err)
			}
			for _, step := range due {
				if _, _, err := o.OpenStep(t.Context(), step, wib, now); err != nil {
					r.Fatalf("step %+v: %v", step, err)
				}
				if !opened[step.StepID].IsZero() {
					r.Fatalf("step %d opened %s and %s", step.StepID, opened[step.StepID], now)
				}
				opened[step.StepID] = now
			}
		}
		for step, want := range wants {
			if !opened[step].Equal(want) {
				r.Fatalf("step %d opened %s, its occasion is %s", step, opened[step], want)
			}
		}
	})
}
